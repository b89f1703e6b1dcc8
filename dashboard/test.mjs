// SPDX-License-Identifier: Apache-2.0
// Bundles the *.test.ts of a folder and runs them: node test.mjs tests
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];
const names = readdirSync(join(here, folder)).filter((name) => name.endsWith('.test.ts'));
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
const files = names.map((name) => join(out, name.replace(/\.ts$/, '.mjs')));
const run = spawnSync(process.execPath, ['--test', ...files], { cwd: here, stdio: 'inherit' });
process.exit(run.status ?? 1);
