// SPDX-License-Identifier: Apache-2.0
// Plans, backtests and costs, as the API tells them.

import type { Backtest, BacktestResult, CostReport, ScalingPlan } from '../src/scaling';

export function plan(cluster: string, what: Partial<ScalingPlan> = {}): ScalingPlan {
  return {
    cluster,
    at: new Date().toISOString(),
    present: 14,
    wanted: 14,
    min: 2,
    max: 40,
    load: 11.2,
    expected: 11.4,
    forecast: null,
    frozen: false,
    dry_run: true,
    reason:
      'the load is 11.2 instances’ worth at a score of 50, and 11.4 are expected in 3m: 14 wanted by the odds of the last hour’s load',
    asked: '',
    ...what,
  };
}

// One that buys by itself, one that may only tell, one of which too little is known.
export const samplePlans = (): ScalingPlan[] => [
  plan('web', {
    present: 18,
    wanted: 21,
    load: 15.3,
    expected: 17.9,
    forecast: 22,
    dry_run: false,
    reason:
      'the load is 15.3 instances’ worth at a score of 60, and 17.9 are expected in 3m: 21 wanted by the odds by the days and weeks before',
    through: 'fleet',
    steps: [
      'buys 2 c6i.large spot in ap-northeast-1a at 0.0402 USD an hour',
      'buys 1 m6i.large on-demand in ap-northeast-1c: no pool is within the limits',
    ],
    pools: [
      pool('m6i.large', 'ap-northeast-1a', 0.0446, 9),
      pool('m6i.large', 'ap-northeast-1c', 0.0512, 4),
      { ...pool('c6i.large', 'ap-northeast-1d', 0.1035, 0), barred: true, interrupted: 0.12 },
      pool('c6i.large', 'ap-northeast-1a', 0.0402, 0),
    ],
    spent: { this_month: 812.4, per_month: 1_500, allowance: 3, over_budget: false, price_now: 1.214 },
    conflicts: ['the group web-asg has a scaling policy of its own, “cpu-60”: remove it'],
  }),
  plan('api', {
    requests: {
      source: 'AWS/ApplicationELB RequestCount of targetgroup/api/73e2d6bc24d8a067',
      minute: new Date(Date.now() - 120_000).toISOString(),
      per_minute: 11_200,
      per_instance: 800,
      target: 1_000,
      missing: '',
    },
  }),
  plan('batch', {
    present: 8,
    wanted: 8,
    load: 0,
    expected: 0,
    frozen: true,
    reason: 'none of 8 members has a fresh score',
    requests: {
      source: '',
      minute: null,
      per_minute: null,
      per_instance: null,
      target: 500,
      missing: 'the role may not cloudwatch:GetMetricData',
    },
    through: 'asg',
  }),
];

function pool(type: string, zone: string, price: number, owned: number) {
  const on_demand_price = type.startsWith('m6i') ? 0.124 : 0.107;
  return { type, zone, price, on_demand_price, interrupted: 0.004, barred: false, owned };
}

const kHourly = 0.124; // USD
const kSlowAtMost = 0.01;

function result(name: string, settings: string, hours: number, slow: number): BacktestResult {
  return {
    name,
    settings,
    cost: hours * kHourly,
    cost_on_demand: hours * kHourly * 0.95,
    cost_spot: 0,
    cost_booting: hours * kHourly * 0.03,
    cost_draining: hours * kHourly * 0.02,
    instance_hours: hours,
    cost_over_clairvoyant: 0,
    slow_share: slow,
    dropped_share: slow / 400,
    harmed_share: 0,
    mean_instances: hours / 720,
    peak_instances: 29,
    launches: Math.round(hours / 11),
    ends: Math.round(hours / 11),
    interruptions: 0,
    actions_a_day: name === 'static' ? 0 : 38.4,
    theta_u: slow * 20,
    theta_o: 24.1,
    tau_u: slow * 90,
    tau_o: 71,
    instability: name === 'static' ? 0 : 4.3,
  };
}

export function backtest(days: number): Backtest {
  const best = 8.9 * 24 * days;
  const results = [
    result('livesonic', '', best * 1.12, 0.0083),
    result('asg', 'target 52 %', best * 1.94, 0.0097),
    result('static', '29 instances', best * 3.2, 0),
  ];
  return {
    trace: {
      begin: new Date(Date.now() - Math.min(days, 21) * 86_400_000).toISOString(),
      minutes: Math.min(days, 21) * 1_440,
      step_s: 60,
      filled_steps: 0,
      judged_minutes: Math.min(days, 21) * 1_440,
      requests: 187_000,
      peak_per_minute: 28.4,
    },
    fleet: {
      requests_per_instance: 1,
      boot_s: 180,
      drain_s: 120,
      min: 2,
      max: 40,
      slow_at_most: kSlowAtMost,
      on_demand_price: kHourly,
      spot_pools: 0,
    },
    clairvoyant: { instance_hours: best, cost: best * kHourly },
    results: results.map((one) => ({
      ...one,
      cost_over_clairvoyant: one.instance_hours / best,
    })),
    never_within_objective: ['hpa'],
    replay_ms: 71,
  };
}

export function costs(from: string, to: string): CostReport {
  const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000;
  return {
    from,
    to,
    clusters: [
      {
        cluster: 'web',
        usd: hours * 1.214,
        instance_hours: hours * 18,
        lines: [
          { lifecycle: 'spot', type: 'm6i.large', instance_hours: hours * 13, usd: hours * 0.594 },
          { lifecycle: 'on-demand', type: 'm6i.large', instance_hours: hours * 5, usd: hours * 0.62 },
        ],
        savings: [
          {
            what: 'spot',
            usd: hours * 0.397,
            how: 'the 5 on-demand instances as spot instances of the same type, at what spot cost in these hours; some of them would have been taken back',
          },
          {
            what: 'arm64',
            usd: hours * 0.12,
            how: 'on m6g.large instead of m6i.large; the software must run on Graviton',
          },
        ],
      },
      {
        cluster: 'api',
        usd: hours * 1.736,
        instance_hours: hours * 14,
        unpriced_hours: hours / 24,
        lines: [
          { lifecycle: 'on-demand', type: 'm6i.large', instance_hours: hours * 14, usd: hours * 1.736 },
        ],
        savings: [],
      },
    ],
  };
}
