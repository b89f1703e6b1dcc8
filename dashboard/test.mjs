// SPDX-License-Identifier: Apache-2.0
// Bundles the *.test.ts of a folder and runs them: node test.mjs tests|e2e [BEGINNING OF A NAME]
// LIVESONIC_RESULTS names a folder that gets the results as JUnit's XML.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDashboard } from './build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [folder, only = ''] = process.argv.slice(2);
const names = readdirSync(join(here, folder)).filter(
  (name) => name.endsWith('.test.ts') && name.startsWith(only),
);
const out = join(here, 'node_modules/.cache/livesonic', folder);
await build({
  absWorkingDir: here,
  entryPoints: names.map((name) => join(folder, name)),
  outdir: out,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  outExtension: { '.js': '.mjs' },
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
});
// The browser tests serve the page as it is now.
if (folder === 'e2e' && !process.env.LIVESONIC_DIST) {
  process.env.LIVESONIC_DIST = join(out, 'dist');
  await buildDashboard(process.env.LIVESONIC_DIST);
}
const report = ['--test-reporter=spec', '--test-reporter-destination=stdout'];
if (process.env.LIVESONIC_RESULTS) {
  const file = join(
    process.env.LIVESONIC_RESULTS,
    `dashboard-${folder}${process.env.LIVESONIC_URL ? '-real' : ''}.xml`,
  );
  report.push(`--test-reporter=${join(here, 'junit.mjs')}`, `--test-reporter-destination=${file}`);
}
const files = names.map((name) => join(out, name.replace(/\.ts$/, '.mjs')));
const run = spawnSync(process.execPath, ['--test', ...report, ...files], {
  cwd: here,
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
