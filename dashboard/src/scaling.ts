// SPDX-License-Identifier: Apache-2.0
// What the API says of scaling and costs (docs/scaling.md) as types, and what is made of it for the
// eye. Pure.

// A type in a zone, as spot capacity is sold.
export interface SpotPool {
  type: string;
  zone: string;
  price: number; // USD an hour, as are all prices
  on_demand_price: number; // of the same type; 0: unknown
  interrupted: number; // share of its instances that is taken back in an hour
  barred: boolean; // left alone: it refused lately, or takes instances back
  owned: number; // instances that the cluster has there
}

export interface Spent {
  this_month: number; // USD, as are all sums
  per_month?: number | null; // the budget
  allowance?: number | null; // an hour, as the budget has it now
  over_budget?: boolean; // more is wanted than the budget allows
  price_now?: number | null; // an hour of what there is
}

// What the cluster's balancer counted, as CloudWatch has it.
export interface RequestsSeen {
  source: string; // the metrics
  minute: string | null; // when the last whole minute began of which there is a count
  per_minute: number | null;
  per_instance: number | null; // of those, what each member that serves had of them
  target: number; // what one is to have
  missing: string; // why nothing is decided by them; empty: they are known
}

// What a policy wants of a cluster now. Of those that may be missing, not every monitor tells.
export interface ScalingPlan {
  cluster: string;
  at: string;
  present: number;
  wanted: number;
  min: number;
  max: number;
  load: number; // in instances at the target of the score, or of the requests
  expected: number; // likewise, when an instance launched now would serve
  forecast: number | null; // told, not done
  requests?: RequestsSeen | null; // where the policy has a target for them
  frozen: boolean;
  dry_run: boolean;
  reason: string;
  asked: string; // the id of an action, or why there is none
  through?: 'asg' | 'fleet';
  steps?: string[];
  pools?: SpotPool[];
  spent?: Spent | null;
  conflicts?: string[];
}

// One way to scale, on the load of the past.
export interface BacktestResult {
  name: string; // "livesonic", "asg", "hpa" or "static"
  settings: string;
  cost: number;
  cost_on_demand: number;
  cost_spot: number;
  cost_booting: number;
  cost_draining: number;
  instance_hours: number;
  cost_over_clairvoyant: number;
  slow_share: number; // of the requests, as are all shares
  dropped_share: number;
  harmed_share: number;
  mean_instances: number;
  peak_instances: number;
  launches: number;
  ends: number;
  interruptions: number;
  actions_a_day: number;
  theta_u: number;
  theta_o: number;
  tau_u: number;
  tau_o: number;
  instability: number;
}

export interface Backtest {
  trace: {
    begin: string;
    minutes: number;
    step_s: number;
    filled_steps: number;
    judged_minutes: number;
    requests: number;
    peak_per_minute: number;
  };
  fleet: {
    requests_per_instance: number;
    boot_s: number;
    drain_s: number;
    min: number;
    max: number;
    slow_at_most: number;
    on_demand_price: number;
    spot_pools: number;
  };
  clairvoyant: { instance_hours: number; cost: number };
  results: BacktestResult[];
  never_within_objective?: string[]; // ways that keep the objective with no target
  replay_ms: number;
}

export interface Costs {
  usd: number | null; // null where no price at all was known
  instance_hours: number;
  unpriced_hours?: number; // of those, the ones that are not in usd
}

export interface CostLine extends Costs {
  lifecycle: string;
  type: string;
}

// A way to have spent less; several are of the same money and don't add up.
export interface Saving {
  what: string; // "spot", "type", "arm64", "right_size" or "policy"
  usd: number;
  how: string;
}

export interface ClusterCosts extends Costs {
  cluster: string;
  lines: CostLine[];
  savings: Saving[];
}

export interface CostReport {
  from: string;
  to: string;
  clusters: ClusterCosts[];
}

// What was asked for came to an action: else it says why there is none.
export const isActionId = (asked: string): boolean => /^[0-9a-f]{32}$/.test(asked);

// The best possible, as one more way beside the others.
export const kOptimum = 'optimum';

export interface Way {
  name: string;
  settings: string;
  result: BacktestResult | null; // of the optimum only the sums are known
  cost: number;
  instance_hours: number;
  over: number; // instance time as a multiple of the optimum's
  slow: number;
  dropped: number;
}

// Ours first, then as the monitor lists them, then the optimum: it serves every request in time.
export function waysOf({ results, clairvoyant }: Backtest): Way[] {
  const ways = results.map((result) => ({
    name: result.name,
    settings: result.settings,
    result,
    cost: result.cost,
    instance_hours: result.instance_hours,
    over: result.cost_over_clairvoyant,
    slow: result.slow_share,
    dropped: result.dropped_share,
  }));
  const optimum: Way = {
    ...clairvoyant,
    name: kOptimum,
    settings: '',
    result: null,
    over: 1,
    slow: 0,
    dropped: 0,
  };
  return [...ways, optimum];
}

// How long a bar of 0..100 is: what there is of the most that is shown, and never nothing where
// there is something.
export function barOf(value: number, most: number): number {
  if (!(value > 0) || !(most > 0)) return 0;
  return Math.min(100, Math.max(0.8, (100 * value) / most));
}
