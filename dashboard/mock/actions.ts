// SPDX-License-Identifier: Apache-2.0
// The actions of the mock: diagnosing is done at once, reboots are dry runs, all else must be
// approved.

import { randomUUID } from 'node:crypto';

interface Answer {
  status: number;
  body: unknown;
}

interface MockAction extends Record<string, unknown> {
  id: string;
  cluster: string;
  state: string;
}

const kStates: Record<string, string> = { diagnose: 'done', reboot: 'dry_run' };

export class MockActions {
  private all: MockAction[] = [];
  private stopped = { stopped: false, by: '', reason: '', at: null as string | null };

  constructor(private readonly publish: (kind: string, cluster: string) => void) {}

  ask(cluster: string, body: Record<string, unknown>): Answer {
    const kind = String(body['kind']);
    const instance = String(body['instance'] ?? '');
    const preview = body['preview'] === true;
    const state = this.stopped.stopped ? 'refused' : (kStates[kind] ?? 'awaiting_approval');
    const action: MockAction = {
      id: preview ? '' : randomUUID().replaceAll('-', ''),
      cluster,
      instance,
      kind,
      state,
      deed: `${kind} ${instance}`,
      by: 'api',
      reason: '',
      rule: this.stopped.stopped ? 'stopped' : '',
      why: this.stopped.stopped ? 'all actions are stopped' : 'within the limits',
      inputs: { sound: '6', sound_after: '5', floor: '3' },
      requested_at: new Date().toISOString(),
      expires_at: null,
      decided_by: '',
      decided_at: null,
      started_at: null,
      finished_at: null,
      reconciled: false,
      result: '',
      output: kind === 'diagnose' ? '=== uptime (uptime)\n up 12 days\n' : '',
    };
    if (preview) return { status: 200, body: action };
    this.all.unshift(action);
    this.publish('action.changed', cluster);
    return { status: 201, body: action };
  }

  // What a scaling policy has asked for.
  scale(cluster: string, capacity: number): string {
    this.ask(cluster, { kind: 'set_capacity' });
    const [action] = this.all;
    if (!action) return '';
    action.state = 'executing';
    action['deed'] = `set the capacity of ${cluster} to ${capacity}`;
    action['by'] = 'rule:scaling';
    return action.id;
  }

  answer(method: string, id: string | undefined, verb: string | undefined, query: URLSearchParams): Answer {
    if (method === 'POST' && (id === 'stop-all' || id === 'resume')) {
      const stopped = id === 'stop-all';
      this.stopped = { stopped, by: 'api', reason: '', at: new Date().toISOString() };
      this.publish('actions.switched', '');
      return { status: 200, body: this.stopped };
    }
    if (id === undefined) {
      const state = query.get('state');
      const actions = this.all.filter((one) => state === null || one.state === state);
      return { status: 200, body: { switch: this.stopped, actions, next: null } };
    }
    const action = this.all.find((one) => one.id === id);
    if (!action) {
      return { status: 404, body: { error: { kind: 'not_found', message: `no action ${id}` } } };
    }
    if (verb !== undefined) {
      action.state = verb === 'approve' ? 'done' : 'rejected';
      action['decided_by'] = 'api';
      this.publish('action.changed', action.cluster);
    }
    return { status: 200, body: action };
  }
}
