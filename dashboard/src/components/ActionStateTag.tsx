// SPDX-License-Identifier: Apache-2.0
// What became of an action, by word, sign and colour.

import type { ActionState } from '../api';
import { useMessages } from '../i18n';
import { Icon, type IconName } from './Icon';

const kLooks: Record<ActionState, [string, IconName]> = {
  refused: ['danger', 'bad'],
  dry_run: ['none', 'gone'],
  awaiting_approval: ['watch', 'pending'],
  rejected: ['none', 'bad'],
  expired: ['none', 'gone'],
  approved: ['good', 'ok'],
  cancelled: ['none', 'gone'],
  executing: ['watch', 'pending'],
  done: ['good', 'ok'],
  failed: ['danger', 'warning'],
  unknown: ['danger', 'unknown'],
};

export function ActionStateTag({ state }: { state: ActionState }) {
  const m = useMessages();
  const [level, icon] = kLooks[state] ?? ['none', 'unknown'];
  return (
    <span class={`tag level-${level}`} data-state={state}>
      <Icon name={icon} />
      {m.actions.states[state] ?? state}
    </span>
  );
}
