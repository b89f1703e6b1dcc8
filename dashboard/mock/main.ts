// SPDX-License-Identifier: Apache-2.0
// npm run mock: the page over a made-up fleet, for working on it.
import { Fleet } from './fleet';
import { MockServer } from './server';

const dist = process.env['LIVESONIC_DIST'] ?? 'dist';
const server = new MockServer(dist, Fleet.sample());
console.log(await server.listen(Number(process.env['PORT'] ?? 0)));
