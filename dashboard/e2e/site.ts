// SPDX-License-Identifier: Apache-2.0
// What the browser tests run against: `livesonic serve` watching a livesonic-sim where both are
// named (LIVESONIC_URL, and LIVESONIC_SIM, the simulator's control_url), else the mock server.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClusterDetail, Status } from '../src/api';
import type { ScalingPlan } from '../src/scaling';
import { Fleet } from '../mock/fleet';
import { MockServer } from '../mock/server';

async function json<T>(url: string, body?: unknown): Promise<T> {
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await fetch(url, body === undefined ? {} : post);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

export class Site {
  private constructor(
    readonly url: string,
    private readonly control: string,
    readonly mock: MockServer | null,
  ) {}

  static async start(): Promise<Site> {
    const url = process.env['LIVESONIC_URL'];
    const control = process.env['LIVESONIC_SIM'];
    if (url && control) return new Site(url.replace(/\/$/, ''), control, null);
    if (url) throw new Error('LIVESONIC_URL needs LIVESONIC_SIM, the simulator’s control_url');
    return Site.mocked(Fleet.sample());
  }

  static async mocked(fleet: Fleet, port = 0): Promise<Site> {
    const here = dirname(fileURLToPath(import.meta.url));
    const dist = process.env['LIVESONIC_DIST'] ?? join(here, '../../../../dist');
    const server = new MockServer(dist, fleet);
    const url = await server.listen(port);
    return new Site(url, `${url}/sim`, server);
  }

  status = () => json<Status>(`${this.url}/api/v1/status`);
  scaling = () => json<{ plans: ScalingPlan[] }>(`${this.url}/api/v1/scaling`);
  cluster = (name: string) => json<ClusterDetail>(`${this.url}/api/v1/clusters/${name}`);

  impose = (id: string, score: number) => json(`${this.control}/instances/${id}/score`, { score });
  stopService = (id: string, service: string) =>
    json(`${this.control}/instances/${id}/service-down`, { service });
  relieve = (id: string) => json(`${this.control}/instances/${id}/relieve`, {});
  launch = (balancer: string) =>
    json(`${this.control}/load-balancers/${balancer}/scale`, { by: 1 });

  async stop(): Promise<void> {
    await this.mock?.close();
  }
}
