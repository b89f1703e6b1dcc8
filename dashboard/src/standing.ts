// SPDX-License-Identifier: Apache-2.0
// What AWS says of an instance besides its state, and why it left, in words. Pure.

import type { Drift, Instance } from './api';
import type { Messages } from './i18n';

// What isn't as one would hope: failed status checks, an Auto Scaling group that holds it back,
// events that AWS has scheduled. The most pressing first.
export function troublesOf(instance: Instance): string[] {
  const { standing } = instance;
  const troubles: string[] = [];
  if (standing.status_checks && standing.status_checks !== 'ok') {
    troubles.push(standing.status_checks);
  }
  if (standing.group_health === 'Unhealthy') troubles.push(standing.group_health);
  if (standing.group_state && standing.group_state !== 'InService') {
    troubles.push(standing.group_state);
  }
  return [...troubles, ...eventsOf(instance)];
}

// What AWS has announced and scheduled, the former first.
export function eventsOf({ standing }: Instance): string[] {
  return standing.notice ? [standing.notice.words, ...standing.events] : standing.events;
}

export function driftOf({ wanted, members, in_service: inService, reached }: Drift, m: Messages) {
  return m.cluster.drift(wanted, members, inService, reached);
}

// "scaled in: web-asg: At 2026-…"
export function departureOf(instance: Instance, m: Messages): string {
  const reason = instance.gone_reason ?? '';
  const words = m.departure[reason] ?? reason;
  return instance.gone_detail ? `${words}: ${instance.gone_detail}` : words;
}
