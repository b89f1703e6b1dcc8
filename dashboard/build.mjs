// SPDX-License-Identifier: Apache-2.0
// Bundles the page into a folder: node build.mjs [FOLDER] (dist where none is given).
// Scripts, styles and the icon get their content's hash into their names; index.html names them.
import { build } from 'esbuild';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

export async function buildDashboard(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: [
      { in: 'src/main.tsx', out: 'livesonic' },
      { in: 'src/icon.svg', out: 'icon' },
    ],
    outdir: join(folder, 'assets'),
    entryNames: '[name]-[hash]',
    loader: { '.svg': 'copy' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const made = Object.keys(metafile.outputs).map((path) => path.split('/').pop());
  const named = (ending) => `/assets/${made.find((name) => name.endsWith(ending))}`;
  const page = readFileSync(join(here, 'src/index.html'), 'utf8')
    .replace('SCRIPT', named('.js'))
    .replace('STYLE', named('.css'))
    .replace('ICON', named('.svg'));
  writeFileSync(join(folder, 'index.html'), page);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await buildDashboard(resolve(process.argv[2] ?? join(here, 'dist')));
}
