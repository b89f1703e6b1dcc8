// SPDX-License-Identifier: Apache-2.0
// The HTTP API (docs/api.md) as types and one function a request. Keeps no state.

import type { Backtest, CostReport, ScalingPlan } from './scaling';

export interface ClusterPoint {
  at: string;
  mean: number;
  min: number;
  max: number;
  spread: number;
  count: number;
  members: number;
}

export const kClusterKinds = [
  'elb',
  'alb',
  'nlb',
  'target_group',
  'asg',
  'ecs_service',
  'tag',
  'static',
] as const;
export type ClusterKind = (typeof kClusterKinds)[number];

export interface Drift {
  wanted: number | null;
  members: number;
  in_service: number;
  reached: number;
  drifting: boolean;
}

// What a cluster is registered with; where it is may be left out.
export interface Registration {
  name: string;
  kind: ClusterKind;
  resource: string;
  account?: string;
  region?: string;
  target_groups?: string[];
}

export interface ClusterSummary {
  name: string;
  kind: ClusterKind;
  resource: string;
  account: string;
  region: string;
  target_groups: string[];
  mode: 'poll' | 'stream'; // how scores come
  parent: string | null; // the registration that found it
  registration: boolean; // it stands for all that match; each is a cluster of its own
  origin: 'file' | 'operator' | 'discovered';
  registered_at: string;
  discovery: {
    last_attempt: string | null;
    last_success: string | null;
    error: string;
    warning: string;
  };
  score: ClusterPoint | null;
  instances: {
    watched: number;
    in_service: number;
    scored: number;
    failing: number;
    unreachable: number;
    retired: number;
  };
  front: { probes: number; failing: number };
  streams: { live: number; broken: number };
  drift: Drift;
  open_incidents: number;
  trend: (number | null)[];
}

export type Outcome =
  | 'ok'
  | 'check_failed'
  | 'invalid_output'
  | 'command_not_found'
  | 'timed_out'
  | 'connection_lost'
  | 'unreachable'
  | 'auth_refused'
  | 'host_key_changed'
  | 'host_key_unknown'
  | 'not_run';

export type ScorePart = 'cpu' | 'io' | 'memory' | 'danger';

export interface ScoreReading {
  at: string;
  took_ms: number;
  outcome: Outcome;
  score: number | null;
  parts: Record<ScorePart, number | null> | null; // null: the host's serverscore doesn't tell
  detail: string;
}

// As Nagios has it.
export type CheckStatus = 'ok' | 'warning' | 'critical' | 'unknown';

export interface CheckReading {
  service: string;
  at: string;
  took_ms: number;
  outcome: Outcome;
  status: CheckStatus;
  exit_status: number | null;
  summary: string; // the first line of what it printed, without perfdata
  long_output: string; // what follows, likewise
  out: string;
  err: string;
  detail: string;
}

// AWS has announced that it will take the spot capacity back, or may.
export interface Notice {
  kind: 'spot_interruption' | 'rebalance';
  action: string | null;
  at: string;
  deadline: string | null;
  words: string;
}

// What status checks and the Auto Scaling group say; empty where nobody was asked.
export interface Standing {
  status_checks: string;
  events: string[];
  group: string;
  group_state: string;
  group_health: string;
  protected_from_scale_in: boolean;
  launch_template: string;
  ports: string;
  notice: Notice | null;
}

export interface Instance {
  id: string;
  verdict: Verdict;
  name: string;
  label: string;
  cluster: string;
  tags: Record<string, string>;
  balancer: { state: string; reason: string; description: string };
  ec2_state: string;
  public_dns: string;
  private_dns: string;
  public_ip: string;
  private_ip: string;
  availability_zone: string;
  type: string;
  image_id: string;
  lifecycle: 'on-demand' | 'spot' | 'scheduled';
  launched_at: string | null;
  first_seen: string;
  last_seen: string;
  missing_since: string | null;
  gone_at: string | null;
  gone_reason: string | null;
  gone_detail: string | null;
  standing: Standing;
  score: ScoreReading | null;
  stream: { live: boolean; since: string; detail: string } | null;
  checks: CheckReading[];
}

// Each is null where nothing is said of it.
export interface Expectation {
  exact: string | null;
  contains: string | null;
  regex: string | null;
  json: { pointer: string; equals: string | null; range: string | null } | null;
}

// Ranges of Nagios plugins: "10", "10:", "~:10", "10:20", "@10:20".
export interface Thresholds {
  metric: string | null;
  warning: string | null;
  critical: string | null;
}

export interface Service {
  name: string;
  command: string;
  plugin: boolean; // a Nagios plugin: its exit status is its verdict
  expect: Expectation & { exit_status: number | null };
  expect_not: Expectation & { exit_status: number | null };
  thresholds: Thresholds;
  clusters: string[];
  timeout_ms: number;
  interval_ms: number; // 0: at each poll
  origin: 'file' | 'operator';
}

export interface ProbeReading {
  probe: string;
  at: string;
  took_ms: number;
  outcome: Outcome;
  status: CheckStatus;
  http_status: number | null;
  out: string;
  detail: string;
}

// A check of the cluster's front, made by the monitor itself.
export interface Probe {
  name: string;
  kind: 'http' | 'tcp' | 'dns' | 'tls';
  target: string;
  clusters: string[];
  expect: Expectation & { status: number | null };
  expect_not: Expectation & { status: number | null };
  thresholds: Thresholds;
  addresses: string[];
  send: string;
  redirects: number;
  verify: boolean;
  timeout_ms: number;
  interval_ms: number;
  origin: 'file' | 'operator';
  reading: ProbeReading | null;
}

export interface MetricSeries {
  label: string;
  unit: string;
  warning: string | null;
  critical: string | null;
  min: number | null;
  max: number | null;
  points: { at: string; value: number }[];
}

export interface MetricHistory {
  from: string;
  to: string;
  metrics: MetricSeries[];
}

export interface IncidentMember {
  instance: string;
  label: string;
  detail: string;
  since: string;
  until: string | null;
}

export interface Incident {
  id: string;
  cluster: string; // empty: it is about none
  // "score", "unreachable", "unscored", "host-key", "service:NAME", "domain:NAME" or "certificate:HOST"
  cause: string;
  summary: string;
  opened_at: string;
  closed_at: string | null;
  members: IncidentMember[];
  channels: string[]; // names of those told
  severity: 'info' | 'warning' | 'critical';
  runbook: string; // empty: none
  muted: string; // why nobody is told for now; empty: they are
  flapping_since: string | null;
  acknowledged: { by: string; at: string; until: string | null; comment: string } | null;
  comments: { by: string; at: string; text: string }[];
}

export interface Silence {
  id: string;
  kind: 'silence' | 'maintenance' | 'deploy';
  matchers: string[];
  starts_at: string;
  ends_at: string;
  by: string;
  comment: string;
}

// By which incidents are opened.
export interface Rule {
  name: string;
  kind: string;
  clusters: string[]; // patterns; none: all
  services: string[]; // none: all
  part: ScorePart | null; // of the score; null: all of it
  below: number; // or a drop, or a percentage
  well_at: number | null;
  for_ms: number;
  polls: number;
  well_for_ms: number;
  well_polls: number;
  severity: 'info' | 'warning' | 'critical' | 'auto';
  channels: string[]; // none: all
  escalate: { after_ms: number; channels: string[] }[];
  actions: { kind: string; add?: number; target?: string }[];
  repeat_ms: number; // 0: never
  runbook: string; // empty: none
  origin: 'built_in' | 'file' | 'operator';
  burn_rate?: {
    objective: number;
    factor: number;
    long_window_ms: number;
    short_window_ms: number;
  };
}

// What an instance's three witnesses say together.
export interface Verdict {
  kind:
    | 'unknown'
    | 'sound'
    | 'booting'
    | 'being_replaced'
    | 'ec2_fault'
    | 'dying'
    | 'out_of_rotation'
    | 'failing'
    | 'path_broken'
    | 'unreachable';
  words: string;
}

// A record that leads to a load balancer.
export interface DomainAlias {
  name: string;
  type: 'A' | 'AAAA' | 'CNAME';
  target: string;
  clusters: string[];
}

export interface RegisteredDomain {
  name: string;
  account: string;
  auto_renew: boolean;
  expires_at: string | null;
  first_seen: string;
  last_seen: string;
  gone_at: string | null;
}

export interface ServedCertificate {
  host: string;
  checked_at: string;
  error: string;
  seen_at: string | null;
  expires_at: string | null;
  issuer: string;
  problem: string;
}

export interface Domain {
  zone_id: string;
  name: string;
  caller_reference: string;
  comment: string;
  private_zone: boolean;
  record_count: number;
  first_seen: string;
  last_seen: string;
  gone_at: string | null;
  account: string;
  tags: Record<string, string>;
  aliases: DomainAlias[];
  clusters: string[];
  registration: RegisteredDomain | null;
  certificate: ServedCertificate | null;
}

export interface DomainDetail extends Domain {
  record_counts: { at: string; records: number }[];
}

export const kInstanceActions = [
  'deregister',
  'register',
  'drain',
  'reboot',
  'stop',
  'start',
  'replace',
  'terminate',
  'enter_standby',
  'exit_standby',
  'diagnose',
] as const;
// What may be asked of a cluster as a whole where the dashboard does so, by the kinds of clusters
// that may have it.
export const kRollBackKinds: readonly ClusterKind[] = [
  'elb',
  'alb',
  'nlb',
  'target_group',
  'asg',
  'ecs_service',
  'tag',
];
export type InstanceAction = (typeof kInstanceActions)[number];

export const kActionStates = [
  'refused',
  'dry_run',
  'awaiting_approval',
  'rejected',
  'expired',
  'approved',
  'cancelled',
  'executing',
  'done',
  'failed',
  'unknown',
] as const;
export type ActionState = (typeof kActionStates)[number];

export interface Action {
  id: string;
  cluster: string;
  instance: string | null;
  kind: string;
  state: ActionState;
  deed: string;
  by: string;
  reason: string;
  rule: string;
  why: string;
  inputs: Record<string, string>;
  requested_at: string;
  expires_at: string | null;
  decided_by: string;
  decided_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  reconciled: boolean;
  result: string;
  output?: string; // only of one that is asked for by itself
}

export interface StopSwitch {
  stopped: boolean;
  by: string;
  reason: string;
  at: string | null;
}

export interface ActionList {
  switch: StopSwitch;
  actions: Action[];
  next: string | null;
}

export interface ActionRequest {
  kind: string;
  instance?: string;
  reason?: string;
  override_breaker?: boolean;
}

export interface Health {
  service: string;
  version: string;
  data_dir: string;
  started_at: string;
  now: string;
}

export interface Status {
  clusters: ClusterSummary[];
  incidents: Incident[];
  domains: { live: number; gone: number };
  outbox: { undelivered: number; oldest: string | null; last_error: string | null };
  event_queues: { account: string; queue_url: string; error: string }[];
  now: string;
}

export interface ClusterDetail extends ClusterSummary {
  members: Instance[];
  services: Service[];
  probes: Probe[];
  incidents: Incident[];
}

export interface ClusterHistory {
  cluster: string;
  from: string;
  to: string;
  points: ClusterPoint[];
}

export interface InstanceHistory {
  cluster: string;
  instance: string;
  from: string;
  to: string;
  points: { at: string; score: number }[];
}

export interface PollSummary {
  cluster: string;
  instances: number;
  scored: number;
  failing: number;
  unreachable: number;
  mean: number | null;
  error: string;
}

export interface SyncSummary {
  live: number;
  added: number;
  changed: number;
  gone: number;
  problems: string[];
}

// The monitor answered, but not with what was asked for. `kind` is one of docs/api.md.
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    message: string,
  ) {
    super(message);
  }
}

// No answer at all: the monitor is down, unreachable or too slow.
export class NoAnswer extends Error {}

// Told about each request: true when the monitor answered it, whatever it said.
type Witness = (answered: boolean) => void;
let witness: Witness = () => {};
export function observeAnswers(by: Witness): void {
  witness = by;
}

const kReadTimeout = 15_000;
const kBacktestTimeout = 180_000; // months are replayed with every target of every way to scale
const kActionTimeout = 300_000; // a poll of a large fleet takes as long as its slowest hosts

async function request<T>(method: string, path: string, body?: unknown, timeout?: number) {
  const init: RequestInit = {
    method,
    signal: AbortSignal.timeout(timeout ?? (method === 'GET' ? kReadTimeout : kActionTimeout)),
    headers: { accept: 'application/json' },
  };
  if (method !== 'GET') {
    init.headers = { ...init.headers, 'content-type': 'application/json' };
    init.body = JSON.stringify(body ?? {});
  }
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(`/api/v1${path}`, init);
    text = await answer.text();
  } catch (error) {
    witness(false);
    throw new NoAnswer(error instanceof Error ? error.message : String(error));
  }
  witness(true);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ApiError(answer.status, 'internal', `HTTP ${answer.status}: not JSON`);
  }
  if (answer.ok) return json as T;
  const error = (json as { error?: { kind?: string; message?: string } } | null)?.error;
  const message = error?.message ?? `HTTP ${answer.status}`;
  throw new ApiError(answer.status, error?.kind ?? 'internal', message);
}

const seg = encodeURIComponent;
// There is no sign-in: all that is known is where it was done.
const kWho = 'dashboard';

export const api = {
  health: () => request<Health>('GET', '/health', undefined, 5_000),
  status: () => request<Status>('GET', '/status'),
  cluster: (name: string, gone: boolean) =>
    request<ClusterDetail>('GET', `/clusters/${seg(name)}${gone ? '?gone=true' : ''}`),
  // With the retired ones only if the instance is none of those watched: there may be thousands.
  clusterOf: async (name: string, id: string) => {
    const cluster = await api.cluster(name, false);
    return cluster.members.some((member) => member.id === id) ? cluster : api.cluster(name, true);
  },
  clusterHistory: (name: string, last: string, points: number) =>
    request<ClusterHistory>(
      'GET',
      `/clusters/${seg(name)}/history?last=${seg(last)}&points=${points}`,
    ),
  instanceHistory: (cluster: string, id: string, last: string, points: number) =>
    request<InstanceHistory>(
      'GET',
      `/clusters/${seg(cluster)}/instances/${seg(id)}/history?last=${seg(last)}&points=${points}`,
    ),
  serviceMetrics: (cluster: string, id: string, service: string, last: string, points: number) =>
    request<MetricHistory>(
      'GET',
      `/clusters/${seg(cluster)}/instances/${seg(id)}/services/${seg(service)}/metrics?last=${seg(last)}&points=${points}`,
    ),
  probeMetrics: (cluster: string, probe: string, last: string, points: number) =>
    request<MetricHistory>(
      'GET',
      `/clusters/${seg(cluster)}/probes/${seg(probe)}/metrics?last=${seg(last)}&points=${points}`,
    ),
  register: (registration: Registration) =>
    request<ClusterSummary>('POST', '/clusters', registration),
  remove: (name: string) => request<{ removed: string }>('DELETE', `/clusters/${seg(name)}`),
  poll: (name: string) => request<PollSummary>('POST', `/clusters/${seg(name)}/poll`),
  incidents: (state: 'open' | 'closed' | 'all', cluster: string | null, limit: number) =>
    request<{ incidents: Incident[] }>(
      'GET',
      `/incidents?state=${state}&limit=${limit}${cluster ? `&cluster=${seg(cluster)}` : ''}`,
    ).then((answer) => answer.incidents),
  acknowledge: (id: string, lasts: string, comment: string) =>
    request<Incident>('POST', `/incidents/${seg(id)}/acknowledgement`, {
      by: kWho,
      for: lasts,
      comment,
    }),
  unacknowledge: (id: string) =>
    request<Incident>('DELETE', `/incidents/${seg(id)}/acknowledgement`),
  comment: (id: string, text: string) =>
    request<Incident>('POST', `/incidents/${seg(id)}/comments`, { by: kWho, text }),
  silences: () =>
    request<{ silences: Silence[] }>('GET', '/silences').then((answer) => answer.silences),
  silence: (matchers: string[], lasts: string, comment: string) =>
    request<{ silence: Silence; hits: Incident[] }>('POST', '/silences', {
      by: kWho,
      matchers,
      for: lasts,
      comment,
    }),
  previewSilence: (matchers: string[], lasts: string) =>
    request<{ silence: Silence; hits: Incident[] }>('POST', '/silences', {
      by: kWho,
      matchers,
      for: lasts,
      preview: true,
    }),
  rules: () => request<{ rules: Rule[] }>('GET', '/rules').then((answer) => answer.rules),
  endSilence: (id: string) => request<Silence>('DELETE', `/silences/${seg(id)}`),
  actions: (state: ActionState | null, cluster: string | null, limit: number) =>
    request<ActionList>(
      'GET',
      `/actions?limit=${limit}${state ? `&state=${state}` : ''}${cluster ? `&cluster=${seg(cluster)}` : ''}`,
    ),
  action: (id: string) => request<Action>('GET', `/actions/${seg(id)}`),
  previewAction: (cluster: string, asked: ActionRequest) =>
    request<Action>('POST', `/clusters/${seg(cluster)}/actions`, { ...asked, preview: true }),
  act: (cluster: string, asked: ActionRequest) =>
    request<Action>('POST', `/clusters/${seg(cluster)}/actions`, asked),
  approveAction: (id: string) => request<Action>('POST', `/actions/${seg(id)}/approve`),
  rejectAction: (id: string) => request<Action>('POST', `/actions/${seg(id)}/reject`),
  stopActions: () => request<StopSwitch>('POST', '/actions/stop-all'),
  resumeActions: () => request<StopSwitch>('POST', '/actions/resume'),
  scaling: () => request<{ plans: ScalingPlan[] }>('GET', '/scaling').then((answer) => answer.plans),
  backtest: (cluster: string, last: string) =>
    request<Backtest>(
      'GET',
      `/clusters/${seg(cluster)}/scaling/backtest?last=${seg(last)}`,
      undefined,
      kBacktestTimeout,
    ),
  costs: (from: string, to: string) =>
    request<CostReport>('GET', `/costs?from=${seg(from)}&to=${seg(to)}`),
  domains: (gone: boolean) =>
    request<{ domains: Domain[]; registrations: RegisteredDomain[] }>(
      'GET',
      `/domains${gone ? '?gone=true' : ''}`,
    ),
  domain: (zone: string) => request<DomainDetail>('GET', `/domains/${seg(zone)}`),
  syncDomains: () => request<SyncSummary>('POST', '/domains/sync'),
};
