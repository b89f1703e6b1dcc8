// SPDX-License-Identifier: Apache-2.0
// An HTTP server that speaks docs/api.md over a made-up fleet, and serves the page under the same
// rules (content security policy) as the real one. POST /mock/… changes the fleet, and so do those
// few requests of the simulator's control API (/sim/…) that the browser tests make.

import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Instance, Rule, Silence } from '../src/api';
import { MockActions } from './actions';
import { Fleet, iso, type MockCluster } from './fleet';
import { kRules } from './rules';
import { backtest, costs } from './scaling';

const kTypes: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};
const kPolicy = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const kLast: Record<string, number> = { '1h': 1, '24h': 24, '7d': 168, '30d': 720, '90d': 2_160 };

type Answer = { status: number; body: unknown };
const ok = (body: unknown): Answer => ({ status: 200, body });
const refuse = (status: number, kind: string, message: string): Answer => ({
  status,
  body: { error: { kind, message } },
});

interface Asked {
  method: string;
  parts: string[];
  query: URLSearchParams;
  body: Record<string, string>;
}

export class MockServer {
  readonly rules: Rule[] = [...kRules];
  private readonly silenced: Silence[] = [];
  private readonly files = new Map<string, Buffer>();
  private readonly listeners = new Set<ServerResponse>();
  private readonly server: Server;
  private readonly actions = new MockActions((kind, cluster) => this.publish(kind, cluster));

  constructor(
    dist: string,
    private fleet: Fleet,
  ) {
    for (const name of readdirSync(join(dist, 'assets'))) {
      this.files.set(`/assets/${name}`, readFileSync(join(dist, 'assets', name)));
    }
    this.files.set('/', readFileSync(join(dist, 'index.html')));
    for (const plan of fleet.plans) {
      if (!plan.dry_run) plan.asked = this.actions.scale(plan.cluster, plan.wanted);
    }
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  listen(port: number): Promise<string> {
    return new Promise((resolve) => {
      this.server.listen(port, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
      });
    });
  }

  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    return closed;
  }

  publish(kind: string, cluster = '', subject = ''): void {
    const data = JSON.stringify({ kind, cluster, subject, detail: '', at: iso(Date.now()) });
    this.listeners.forEach((listener) => listener.write(`event: ${kind}\ndata: ${data}\n\n`));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://mock');
    const parts = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
    if (!['api', 'mock', 'sim'].includes(parts[0] ?? '')) return this.page(url.pathname, response);
    if (url.pathname === '/api/v1/events') return this.stream(request, response);
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = text ? (JSON.parse(text) as Record<string, string>) : {};
    const asked = { method: request.method ?? 'GET', parts, query: url.searchParams, body };
    const answer = this.answer(asked);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  }

  private answer(asked: Asked): Answer {
    if (asked.parts[0] === 'api') return this.api(asked);
    return asked.parts[0] === 'sim' ? this.simulate(asked) : this.change(asked);
  }

  private page(path: string, response: ServerResponse): void {
    const known = this.files.has(path) || path.startsWith('/assets/') ? path : '/';
    const content = this.files.get(known);
    const type = kTypes[known === '/' ? 'html' : (known.split('.').pop() ?? '')] ?? '';
    response.writeHead(content ? 200 : 404, {
      'content-type': type,
      'content-security-policy': kPolicy,
    });
    response.end(content);
  }

  private stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    this.listeners.add(response);
    request.on('close', () => this.listeners.delete(response));
  }

  private api(asked: Asked): Answer {
    const [, , first, name] = asked.parts;
    const { fleet } = this;
    switch (first) {
      case 'health':
        return ok({
          service: 'livesonic',
          version: '0.1.0',
          data_dir: '/tmp',
          now: iso(Date.now()),
        });
      case 'status':
        return ok({
          clusters: fleet.clusters.map((cluster) => fleet.summary(cluster)),
          incidents: fleet.open(),
          domains: { live: 3, gone: 1 },
          outbox: { undelivered: 0, oldest: null, last_error: null },
          event_queues: [],
          now: iso(Date.now()),
        });
      case 'clusters':
        return name === undefined ? this.register(asked) : this.cluster(asked, name);
      case 'incidents':
        return this.incidents(asked.query);
      case 'silences':
        return this.silences(asked);
      case 'rules':
        return ok({ rules: this.rules });
      case 'actions':
        return this.actions.answer(asked.method, name, asked.parts[4], asked.query);
      case 'scaling':
        return ok({ plans: fleet.plans });
      case 'costs':
        return this.costs(asked.query);
      case 'domains':
        return this.domains(asked, name);
      default:
        return refuse(404, 'not_found', `no such resource: ${first}`);
    }
  }

  // A preview of "cluster=NAME" tells the open incidents of that cluster, of anything else none.
  private silences({ method, body }: Asked): Answer {
    if (method === 'GET') return ok({ silences: [...this.silenced] });
    const { preview, matchers, ...rest } = body as unknown as Record<string, unknown>;
    const texts = matchers as string[];
    const wrong = texts.find((text) => !/^(tag:.+|cluster|cause|severity|instance|name)[!=]/.test(text));
    if (wrong) return refuse(400, 'invalid_input', `matchers: '${wrong}': there is no such label`);
    const hits = this.fleet.open().filter((one) => texts.every((text) => text === `cluster=${one.cluster}`));
    const now = Date.now();
    const silence: Silence = {
      id: randomUUID(),
      kind: 'silence',
      matchers: texts,
      starts_at: iso(now),
      ends_at: iso(now + 7_200_000),
      by: String(rest['by'] ?? 'api'),
      comment: String(rest['comment'] ?? ''),
    };
    if (preview === true) return ok({ silence, hits });
    this.silenced.push(silence);
    this.publish('silences.changed');
    return { status: 201, body: { silence, hits } };
  }

  private register({ body }: Asked): Answer {
    const { name = '', resource = '' } = body;
    if (this.fleet.find(name)) {
      return refuse(
        409,
        'conflict',
        `cluster ${name} is registered already for another load balancer`,
      );
    }
    const cluster = this.fleet.add(name, resource, 'operator', 6, 0.25);
    const { account = '', region = '' } = body;
    Object.assign(cluster, { account, region });
    this.publish('cluster.added', name);
    return { status: 201, body: this.fleet.summary(cluster) };
  }

  private cluster(asked: Asked, name: string): Answer {
    const cluster = this.fleet.find(name);
    if (!cluster) return refuse(404, 'not_found', `no cluster is named ${name}`);
    const [, , , , what, id] = asked.parts;
    if (asked.method === 'DELETE') {
      this.fleet.clusters = this.fleet.clusters.filter((one) => one !== cluster);
      this.publish('cluster.removed', name);
      return ok({ removed: name });
    }
    if (asked.parts.at(-1) === 'metrics') return this.metrics(what === 'probes', asked);
    if (what === 'history') return this.history(cluster, null, asked.query);
    if (what === 'instances') return this.history(cluster, id ?? '', asked.query);
    if (what === 'scaling') return this.backtest(cluster, asked.query);
    if (what === 'poll') return this.poll(cluster);
    if (what === 'actions') return this.actions.ask(name, asked.body);
    return ok(this.fleet.detail(cluster, asked.query.get('gone') === 'true'));
  }

  private poll(cluster: MockCluster): Answer {
    const { score, instances } = this.fleet.summary(cluster);
    this.publish('round', cluster.name);
    const { watched, scored, failing, unreachable } = instances;
    return ok({
      cluster: cluster.name,
      instances: watched,
      scored,
      failing,
      unreachable,
      mean: score?.mean ?? null,
      error: '',
    });
  }

  private backtest({ name }: MockCluster, query: URLSearchParams): Answer {
    const plan = this.fleet.plans.find((one) => one.cluster === name);
    if (!plan) return refuse(404, 'not_found', `cluster '${name}' has no policy`);
    if (plan.frozen) return refuse(409, 'conflict', `the history of ${name} is shorter than an hour`);
    return ok(backtest((kLast[query.get('last') ?? '24h'] ?? 24) / 24));
  }

  private costs(query: URLSearchParams): Answer {
    if (!this.fleet.accounted) return refuse(404, 'not_found', 'no such resource: costs');
    return ok(costs(query.get('from') ?? '', query.get('to') ?? ''));
  }

  private history(cluster: MockCluster, id: string | null, query: URLSearchParams): Answer {
    const to = Date.now();
    const from = to - (kLast[query.get('last') ?? '24h'] ?? 24) * 3_600_000;
    const step = Math.max(60_000, (to - from) / Number(query.get('points') ?? 480));
    const gap = (at: number) => at > to - 15 * 3_600_000 && at < to - 13.8 * 3_600_000;
    const points = [];
    for (let at = from; at < to; at += step) {
      if (!gap(at)) points.push(this.fleet.past(cluster, Math.floor(at)));
    }
    const about = { cluster: cluster.name, from: iso(from), to: iso(to) };
    if (id === null) {
      const now = this.fleet.point(cluster);
      return ok({ ...about, points: now ? [...points, now] : points });
    }
    const scores = points.map((point) => ({ at: point.at, score: Math.round(point.mean) }));
    return ok({ ...about, instance: id, points: scores });
  }

  private metrics(ofProbe: boolean, { parts, query }: Asked): Answer {
    const to = Date.now();
    const from = to - (kLast[query.get('last') ?? '24h'] ?? 24) * 3_600_000;
    const step = Math.max(60_000, (to - from) / Number(query.get('points') ?? 480));
    const time = { label: 'time', unit: 's', warning: '0.5', critical: '2', min: 0, max: null };
    const disk = { label: '/', unit: 'MB', warning: '40000', critical: '45000', min: 0, max: 5e4 };
    const measured = parts.at(-2) === 'disk' ? [disk] : ofProbe ? [time] : [];
    const metrics = measured.map((one) => this.fleet.measured(from, to, step, one));
    return ok({ from: iso(from), to: iso(to), metrics });
  }

  private incidents(query: URLSearchParams): Answer {
    const state = query.get('state') ?? 'open';
    const cluster = query.get('cluster');
    const found = this.fleet.incidents.filter(
      (one) =>
        (state === 'all' || (state === 'open') === (one.closed_at === null)) &&
        (cluster === null || one.cluster === cluster),
    );
    return ok({ incidents: found.slice(0, Number(query.get('limit') ?? 100)) });
  }

  private domains({ method, query }: Asked, zone: string | undefined): Answer {
    if (method === 'POST') return ok({ live: 3, added: 0, changed: 1, gone: 0, problems: [] });
    if (zone !== undefined) {
      const found = this.fleet.domains.find((one) => one.zone_id === zone);
      if (!found) return refuse(404, 'not_found', `there is no zone '${zone}'`);
      const record_counts = [
        { at: found.first_seen, records: found.record_count - 2 },
        { at: found.last_seen, records: found.record_count },
      ];
      return ok({ ...found, record_counts });
    }
    const gone = query.get('gone') === 'true';
    const domains = this.fleet.domains.filter((one) => gone || one.gone_at === null);
    return ok({ domains, registrations: domains.flatMap((one) => one.registration ?? []) });
  }

  // What tests and developers do to the fleet.
  private change({ parts, body }: Asked): Answer {
    const cluster = this.fleet.find(body['cluster'] ?? '');
    if (parts[1] === 'empty') this.fleet = new Fleet();
    if (parts[1] === 'sample') this.fleet = Fleet.sample();
    if (parts[1] === 'large') this.fleet.add('large', 'large-elb', 'operator', 5_000, 0.3);
    if (cluster) this.disturb(parts[1] ?? '', cluster, body);
    this.publish('round', cluster?.name);
    return ok({});
  }

  private simulate({ parts, body }: Asked): Answer {
    const [, what, id, change] = parts;
    for (const cluster of this.fleet.clusters) {
      if (what === 'load-balancers' && cluster.resource === id && change === 'scale') {
        this.disturb('launch', cluster, {});
      }
      const instance = cluster.members.find((one) => one.id === id);
      if (what !== 'instances' || !instance) continue;
      if (change === 'score') this.suffer(cluster, instance, Number(body['score']));
      if (change === 'service-down') this.fleet.fail(instance, String(body['service']));
      if (change === 'relieve') {
        this.fleet.read(cluster, instance, 88);
        this.disturb('close', cluster, {});
      }
      this.publish('round', cluster.name);
    }
    return ok({});
  }

  private suffer(cluster: MockCluster, instance: Instance, score: number): void {
    this.fleet.read(cluster, instance, score);
    const incident = this.fleet.incident(cluster.name, 'score', [instance], Date.now(), null);
    this.publish('incident.opened', cluster.name, incident.id);
  }

  private disturb(what: string, cluster: MockCluster, body: Record<string, string>): void {
    const { name, members } = cluster;
    const watched = members.filter((member) => member.gone_at === null);
    const few = watched.slice(0, Number(body['count'] ?? 1));
    if (what === 'suffer') few.forEach((one) => this.fleet.read(cluster, one, 18));
    if (what === 'recover') watched.forEach((one) => this.fleet.read(cluster, one, 90));
    if (what === 'unreachable') few.forEach((one) => this.fleet.read(cluster, one, null));
    if (what === 'fail') few.forEach((one) => this.fleet.fail(one, body['service'] ?? 'nginx'));
    if (what === 'out') {
      few.forEach((one) => {
        one.balancer = {
          state: 'OutOfService',
          reason: 'Instance',
          description:
            'Instance has failed at least the UnhealthyThreshold number of health checks consecutively.',
        };
      });
    }
    if (what === 'aws')
      Object.assign(cluster, { error: body['error'] ?? '', warning: body['warning'] ?? '' });
    if (what === 'launch') {
      this.fleet.launch(name);
      this.publish('instances.changed', name);
    }
    if (what === 'open') {
      const incident = this.fleet.incident(name, body['cause'] ?? 'score', few, Date.now(), null);
      this.publish('incident.opened', name, incident.id);
    }
    if (what === 'close') {
      for (const incident of this.fleet.open(name)) {
        incident.closed_at = iso(Date.now());
        incident.members.forEach((member) => (member.until ??= iso(Date.now())));
        this.publish('incident.closed', name, incident.id);
      }
    }
  }
}
