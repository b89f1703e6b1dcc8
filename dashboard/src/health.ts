// SPDX-License-Identifier: Apache-2.0
// What a score means, how an instance stands, and how a service stands on a fleet. Pure.

import type { CheckReading, CheckStatus, Instance, Outcome, Service } from './api';

export type Level = 'good' | 'watch' | 'danger' | 'none';

// For colour only; what raises an alarm is the monitor's decision.
export function levelOf(score: number | null | undefined): Level {
  if (score === null || score === undefined) return 'none';
  if (Math.round(score) >= 70) return 'good';
  return Math.round(score) >= 40 ? 'watch' : 'danger';
}

export type InstanceHealth =
  'unreachable' | 'danger' | 'failing' | 'no-score' | 'watch' | 'pending' | 'ok' | 'gone';

// Worst first: what an operator wants to see at the top.
const kOrder: InstanceHealth[] = [
  'unreachable',
  'danger',
  'failing',
  'no-score',
  'watch',
  'pending',
  'ok',
  'gone',
];
export const severity = (health: InstanceHealth): number => kOrder.indexOf(health);

const kNotReached: Outcome[] = [
  'unreachable',
  'connection_lost',
  'auth_refused',
  'host_key_changed',
  'host_key_unknown',
];

export type Verdict = 'ok' | 'failing' | 'unknown';

const kFailed: Outcome[] = ['check_failed', 'command_not_found', 'timed_out'];

// As the monitor counts and alarms: all other outcomes say that it could not be found out.
export function verdictOf(check: CheckReading): Verdict {
  if (check.outcome === 'ok') return 'ok';
  return kFailed.includes(check.outcome) ? 'failing' : 'unknown';
}

// For colour: a warning is not as bad as what is critical.
export function levelOfStatus(status: CheckStatus): Level {
  return ({ ok: 'good', warning: 'watch', critical: 'danger', unknown: 'watch' } as const)[status];
}

export function healthOf(instance: Instance): InstanceHealth {
  if (instance.gone_at !== null) return 'gone';
  const { score } = instance;
  if (score === null) return 'pending';
  if (kNotReached.includes(score.outcome)) return 'unreachable';
  const level = levelOf(score.score);
  if (level === 'danger') return 'danger';
  if (instance.checks.some((check) => verdictOf(check) === 'failing')) return 'failing';
  if (level === 'none') return score.outcome === 'not_run' ? 'pending' : 'no-score';
  return level === 'watch' ? 'watch' : 'ok';
}

export interface Tally {
  ok: number;
  failing: number;
  unknown: number;
}

// On how many of the watched instances the service is as expected.
export function tally(service: Service, instances: Instance[]): Tally {
  const counts: Tally = { ok: 0, failing: 0, unknown: 0 };
  for (const instance of instances) {
    if (instance.gone_at !== null) continue;
    const check = instance.checks.find((one) => one.service === service.name);
    counts[check ? verdictOf(check) : 'unknown'] += 1;
  }
  return counts;
}

// Does the balancer, or what stands in its place, send work to a member in this state?
export function isInService(state: string): boolean {
  return ['InService', 'healthy', 'RUNNING', 'running', 'listed'].includes(state);
}
