// SPDX-License-Identifier: Apache-2.0
// A made-up monitor for development and tests: the state behind the mock server. Deterministic but
// for the clock.

import type {
  CheckReading,
  ClusterDetail,
  ClusterPoint,
  ClusterSummary,
  Domain,
  Incident,
  Instance,
  MetricSeries,
  Probe,
  Service,
} from '../src/api';
import type { ScalingPlan } from '../src/scaling';
import { samplePlans } from './scaling';

const kMinute = 60_000;
const kDay = 24 * 60 * kMinute;
export const iso = (at: number): string => new Date(at).toISOString();

// The same numbers each time.
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export interface MockCluster {
  name: string;
  resource: string;
  origin: 'file' | 'operator';
  load: number; // 0..1
  members: Instance[];
  error: string;
  warning: string;
  account: string;
  region: string;
}

export class Fleet {
  clusters: MockCluster[] = [];
  incidents: Incident[] = [];
  domains: Domain[] = [];
  plans: ScalingPlan[] = [];
  accounted = false; // does this monitor keep an account of costs
  readonly services: Service[] = [
    service('nginx', 'systemctl is-active nginx', { exact: 'active' }, []),
    service('app', 'curl -fsS http://127.0.0.1:8080/health', { contains: '"ok"' }, ['web', 'api']),
    service('disk', '/usr/lib/nagios/plugins/check_disk -w 20% -c 10%', {}, []),
  ];
  private readonly draw = random(7);
  private serial = 0;

  static sample(): Fleet {
    const fleet = new Fleet();
    fleet.add('web', 'web-elb', 'file', 18, 0.2);
    fleet.add('api', 'api-internal-elb', 'operator', 14, 0.45);
    fleet.add('batch', 'batch-elb', 'operator', 8, 0.3);
    fleet.retire('web', 3);
    fleet.plans = samplePlans();
    fleet.accounted = true;
    const now = Date.now();
    const few = (name: string, count: number) => (fleet.find(name)?.members ?? []).slice(0, count);
    const hour = 60 * kMinute;
    fleet.incident('api', 'score', few('api', 3), now - 7 * hour, now - 6.4 * hour);
    fleet.incident('web', 'service:app', few('web', 1), now - 26 * hour, now - 25.7 * hour);
    for (const [index, name] of ['example.com.', 'example.jp.', 'corp.internal.'].entries()) {
      fleet.domains.push(domain(name, index, now));
    }
    fleet.domains.push({
      ...domain('old-campaign.example.', 9, now),
      gone_at: iso(now - 3 * kDay),
    });
    return fleet;
  }

  add(name: string, resource: string, origin: 'file' | 'operator', size: number, load: number) {
    const cluster: MockCluster = {
      name,
      resource,
      origin,
      load,
      members: [],
      error: '',
      warning: '',
      account: '',
      region: '',
    };
    this.clusters.push(cluster);
    for (let index = 0; index < size; ++index) this.launch(name);
    return cluster;
  }

  find(name: string): MockCluster | undefined {
    return this.clusters.find((cluster) => cluster.name === name);
  }

  launch(name: string): Instance | undefined {
    const cluster = this.find(name);
    if (!cluster) return undefined;
    this.serial += 1;
    const number = cluster.members.length + 1;
    const id = `i-0${(0xa51c00000000 + this.serial * 7919).toString(16)}${(4096 + this.serial).toString(16)}`;
    const ip = `10.0.${Math.floor(this.serial / 250)}.${this.serial % 250}`;
    const outside = `203.0.113.${this.serial % 250}`;
    const now = Date.now();
    const instance: Instance = {
      id,
      name: `${name}-${String(number).padStart(2, '0')}`,
      label: `${name}-${String(number).padStart(2, '0')}`,
      cluster: name,
      verdict: { kind: 'sound', words: 'sound' },
      tags: { Name: `${name}-${number}`, Environment: 'production', Team: 'platform' },
      balancer: { state: 'InService', reason: 'N/A', description: 'N/A' },
      ec2_state: 'running',
      public_dns: `ec2-${outside.replaceAll('.', '-')}.ap-northeast-1.compute.amazonaws.com`,
      private_dns: `ip-${ip.replaceAll('.', '-')}.ap-northeast-1.compute.internal`,
      public_ip: outside,
      private_ip: ip,
      availability_zone: `ap-northeast-1${'acd'[this.serial % 3]}`,
      type: name === 'batch' ? 'c6i.2xlarge' : 'm6i.large',
      image_id: 'ami-0abcdef1234567890',
      lifecycle: this.serial % 4 === 0 ? 'spot' : 'on-demand',
      launched_at: iso(now - Math.floor(this.draw() * 40 * kDay)),
      first_seen: iso(now - 2 * kDay),
      last_seen: iso(now),
      missing_since: null,
      gone_at: null,
      gone_reason: null,
      gone_detail: null,
      stream: null,
      standing: {
        status_checks: 'ok',
        events: [],
        group: `${name}-asg`,
        group_state: 'InService',
        group_health: 'Healthy',
        protected_from_scale_in: false,
        launch_template: `${name} version 7`,
        ports: '',
        notice: null,
      },
      score: null,
      checks: [],
    };
    cluster.members.push(instance);
    this.read(cluster, instance, Math.round(98 - cluster.load * 60 + this.draw() * 14 - 7));
    return instance;
  }

  retire(name: string, count: number): void {
    for (let index = 0; index < count; ++index) {
      const instance = this.launch(name);
      if (!instance) return;
      instance.gone_at = iso(Date.now() - (index + 2) * 60 * kMinute);
      instance.gone_reason = 'scale_in';
      instance.gone_detail = 'shrinking the capacity from 3 to 2';
      instance.ec2_state = 'terminated';
    }
  }

  // A new poll of one instance: with this score, or null where it can't be reached.
  read(cluster: MockCluster, instance: Instance, score: number | null): void {
    const at = iso(Date.now());
    const outcome = score === null ? 'unreachable' : 'ok';
    const detail = score === null ? `connect to ${instance.public_dns} port 22: timed out` : '';
    const whole = score === null ? null : Math.min(100, Math.max(1, score));
    const parts = whole === null ? null : { cpu: whole, io: 100, memory: 98, danger: 100 };
    instance.score = { at, took_ms: 240, outcome, score: whole, parts, detail };
    instance.checks = this.servicesOf(cluster.name).map((one) =>
      check(one.name, at, score !== null),
    );
  }

  // The service fails on this instance until its next poll.
  fail(instance: Instance, name: string): void {
    const found = instance.checks.find((one) => one.service === name);
    if (!found) return;
    Object.assign(found, {
      outcome: 'check_failed',
      status: 'critical',
      exit_status: 3,
      summary: 'inactive',
      out: 'inactive\n',
      err: '',
      detail: 'expected “active”, got “inactive”',
    });
  }

  incident(name: string, cause: string, of: Instance[], from: number, to: number | null): Incident {
    const all = this.find(name)?.members.length ?? 0;
    const members = of.map((instance) => ({
      instance: instance.id,
      label: instance.label,
      detail: cause === 'score' ? 'score 23, below 40' : 'expected “active”, got “inactive”',
      since: iso(from - 2 * kMinute),
      until: to === null ? null : iso(to - 2 * kMinute),
    }));
    const what =
      cause === 'score' ? 'score below 40' : `${cause.split(':')[1] ?? cause} not as expected`;
    const incident: Incident = {
      id: `inc-${this.incidents.length + 1}`,
      cluster: name,
      cause,
      summary: `${name}: ${what} on ${of.length} of ${all} instances`,
      opened_at: iso(from),
      closed_at: to === null ? null : iso(to),
      members,
      channels: ['ops'],
      severity: 'warning',
      runbook: '',
      muted: '',
      flapping_since: null,
      acknowledged: null,
      comments: [],
    };
    this.incidents.unshift(incident);
    return incident;
  }

  servicesOf(name: string): Service[] {
    return this.services.filter((one) => one.clusters.length === 0 || one.clusters.includes(name));
  }

  probesOf(name: string): Probe[] {
    return name === 'web' ? [probe('front', name)] : [];
  }

  // What is measured: rises and falls, and now and then comes near a threshold.
  measured(from: number, to: number, step: number, metric: Omit<MetricSeries, 'points'>) {
    const top = metric.max ?? 1;
    const points = [];
    for (let at = from; at < to; at += step) {
      const wave = 0.45 + 0.3 * Math.sin(at / 9_000_000) + 0.05 * Math.sin(at / 310_000);
      points.push({ at: iso(Math.floor(at)), value: Math.round(wave * top * 1_000) / 1_000 });
    }
    return { ...metric, points };
  }

  point(cluster: MockCluster): ClusterPoint | null {
    const watched = cluster.members.filter((member) => member.gone_at === null);
    const scores = watched.flatMap((member) => member.score?.score ?? []);
    if (scores.length === 0) return null;
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
    return {
      at: watched[0]?.score?.at ?? iso(Date.now()),
      mean,
      min: Math.min(...scores),
      max: Math.max(...scores),
      spread: Math.sqrt(variance),
      count: scores.length,
      members: watched.length,
    };
  }

  // What the cluster's mean was: high at night, lower by day.
  past(cluster: MockCluster, at: number): ClusterPoint {
    const hour = (at % kDay) / kDay;
    const noise = Math.sin(at / 620_000) * 2.2 + Math.sin(at / 170_000) * 1.4;
    const mean = 96 - cluster.load * (38 + 42 * Math.sin(hour * 2 * Math.PI) ** 2) + noise;
    const low = Math.max(1, Math.round(mean - 9 - 5 * Math.abs(Math.sin(at / 3_100_000))));
    const max = Math.min(100, Math.round(mean + 8));
    return { at: iso(at), mean, min: low, max, spread: 4.1, count: 10, members: 10 };
  }

  summary(cluster: MockCluster): ClusterSummary {
    const watched = cluster.members.filter((member) => member.gone_at === null);
    const count = (is: (member: Instance) => boolean) => watched.filter(is).length;
    const now = Date.now();
    const trend = Array.from({ length: 60 }, (_, index) => {
      if (index > 20 && index < 24) return null;
      return this.past(cluster, now - (59 - index) * (kDay / 60)).mean;
    });
    const point = this.point(cluster);
    trend[59] = point?.mean ?? null;
    return {
      name: cluster.name,
      kind: 'elb',
      resource: cluster.resource,
      account: cluster.account,
      region: cluster.region,
      mode: 'poll',
      streams: { live: 0, broken: 0 },
      front: { probes: this.probesOf(cluster.name).length, failing: 0 },
      target_groups: [],
      parent: null,
      registration: false,
      origin: cluster.origin,
      registered_at: iso(now - 12 * kDay),
      discovery: {
        last_attempt: iso(now - 20_000),
        last_success: iso(now - (cluster.error ? 9 * kMinute : 20_000)),
        error: cluster.error,
        warning: cluster.warning,
      },
      score: point,
      instances: {
        watched: watched.length,
        in_service: count((member) => member.balancer.state === 'InService'),
        scored: count((member) => member.score?.score != null),
        failing: count((one) => one.checks.some((reading) => reading.outcome === 'check_failed')),
        unreachable: count((member) => member.score?.outcome === 'unreachable'),
        retired: cluster.members.length - watched.length,
      },
      drift: {
        wanted: watched.length,
        members: watched.length,
        in_service: count((member) => member.balancer.state === 'InService'),
        reached: count((member) => member.score?.outcome === 'ok'),
        drifting: count((member) => member.score?.outcome === 'unreachable') > 0,
      },
      open_incidents: this.open(cluster.name).length,
      trend,
    };
  }

  open(name?: string): Incident[] {
    const mine = (one: Incident) => name === undefined || one.cluster === name;
    return this.incidents.filter((one) => one.closed_at === null && mine(one));
  }

  detail(cluster: MockCluster, gone: boolean): ClusterDetail {
    return {
      ...this.summary(cluster),
      members: cluster.members.filter((member) => gone || member.gone_at === null),
      services: this.servicesOf(cluster.name),
      probes: this.probesOf(cluster.name),
      incidents: this.open(cluster.name),
    };
  }
}

function service(name: string, command: string, expect: object, clusters: string[]): Service {
  const unset = { exact: null, contains: null, regex: null, exit_status: null, json: null };
  return {
    name,
    command,
    plugin: Object.keys(expect).length === 0,
    expect: { ...unset, ...expect },
    expect_not: unset,
    thresholds: { metric: null, warning: null, critical: null },
    clusters,
    timeout_ms: 10_000,
    interval_ms: 0,
    origin: 'file',
  };
}

const kOutputs: Record<string, string> = {
  nginx: 'active\n',
  disk: 'DISK OK - free space: / 31221 MB (62%) | /=18779MB;40000;45000;0;50000\n',
};

export function probe(name: string, cluster: string): Probe {
  const unset = { exact: null, contains: null, regex: null, json: null, status: null };
  return {
    name,
    kind: 'http',
    target: 'http://{balancer}/',
    clusters: [cluster],
    expect: unset,
    expect_not: unset,
    thresholds: { metric: 'time', warning: '0.5', critical: '2' },
    addresses: [],
    send: '',
    redirects: 0,
    verify: true,
    timeout_ms: 10_000,
    interval_ms: 0,
    origin: 'file',
    reading: {
      probe: name,
      at: iso(Date.now() - 20_000),
      took_ms: 610,
      outcome: 'check_failed',
      status: 'warning',
      http_status: 200,
      out: '<!doctype html>',
      detail: 'warning: time is 0.61s, outside of 0.5',
    },
  };
}

function check(name: string, at: string, reached: boolean): CheckReading {
  const result = reached
    ? {
        outcome: 'ok' as const,
        exit_status: 0,
        status: 'ok' as const,
        out: kOutputs[name] ?? '{"status":"ok"}\n',
        detail: '',
      }
    : {
        outcome: 'not_run' as const,
        status: 'unknown' as const,
        exit_status: null,
        out: '',
        detail: 'the host was not reached',
      };
  const summary = result.out.split(/[|\n]/)[0]?.trim() ?? '';
  return { service: name, at, took_ms: 31, err: '', summary, long_output: '', ...result };
}

function domain(name: string, index: number, now: number): Domain {
  return {
    zone_id: `Z0${(90210 + index * 7717).toString(36).toUpperCase()}EXAMPLE${index}`,
    name,
    caller_reference: `terraform-2024112${index}`,
    comment: index === 2 ? 'Private zone of the VPC' : 'Managed by Terraform',
    private_zone: index === 2,
    record_count: 12 + index * 31,
    first_seen: iso(now - 90 * kDay),
    last_seen: iso(now),
    gone_at: null,
    account: 'default',
    tags: { team: index === 1 ? 'japan' : 'web' },
    aliases:
      index === 0
        ? [
            {
              name,
              type: 'A',
              target: 'dualstack.web-elb-1234.ap-northeast-1.elb.amazonaws.com.',
              clusters: ['web'],
            },
          ]
        : [],
    clusters: index === 0 ? ['web'] : [],
    registration:
      index === 2
        ? null
        : {
            name: name.replace(/\.$/, ''),
            account: 'default',
            auto_renew: index === 0,
            expires_at: iso(now + (index === 0 ? 200 : 12) * kDay),
            first_seen: iso(now - 90 * kDay),
            last_seen: iso(now),
            gone_at: null,
          },
    certificate:
      index === 0
        ? {
            host: 'example.com',
            checked_at: iso(now),
            error: '',
            seen_at: iso(now),
            expires_at: iso(now + 48 * kDay),
            issuer: "Let's Encrypt",
            problem: '',
          }
        : null,
  };
}
