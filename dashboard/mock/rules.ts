// SPDX-License-Identifier: Apache-2.0
// Rules of each origin, as the API tells them.

import type { Rule } from '../src/api';

const kPlain: Rule = {
  name: 'score',
  kind: 'score',
  clusters: [],
  services: [],
  part: null,
  below: 40,
  well_at: null,
  for_ms: 0,
  polls: 3,
  well_for_ms: 0,
  well_polls: 3,
  severity: 'auto',
  channels: [],
  escalate: [],
  actions: [],
  repeat_ms: 0,
  runbook: '',
  origin: 'built_in',
};

export const kRules: Rule[] = [
  kPlain,
  {
    ...kPlain,
    name: 'half-gone',
    kind: 'capacity',
    clusters: ['shop', 'prod-*'],
    below: 60,
    well_at: 75,
    for_ms: 120_000,
    polls: 1,
    well_for_ms: 300_000,
    well_polls: 1,
    severity: 'critical',
    channels: ['pager'],
    escalate: [{ after_ms: 900_000, channels: ['boss'] }],
    actions: [{ kind: 'set_capacity', add: 2 }, { kind: 'run', target: 'restart-app' }],
    repeat_ms: 14_400_000,
    origin: 'file',
  },
];
