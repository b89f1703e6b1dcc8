// SPDX-License-Identifier: Apache-2.0
// Builds the page and serves it over a made-up fleet; PORT chooses the port.
import { build } from 'esbuild';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildDashboard } from './build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, 'node_modules/.cache/livesonic');
await buildDashboard(join(out, 'dist'));
const server = join(out, 'mock.mjs');
await build({
  absWorkingDir: here,
  entryPoints: ['mock/main.ts'],
  outfile: server,
  bundle: true,
  platform: 'node',
  format: 'esm',
});
process.env.LIVESONIC_DIST = join(out, 'dist');
await import(pathToFileURL(server).href);
