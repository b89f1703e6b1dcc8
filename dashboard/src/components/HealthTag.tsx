// SPDX-License-Identifier: Apache-2.0
// How an instance stands, as a sign and a word.

import type { InstanceHealth, Level } from '../health';
import { useMessages } from '../i18n';
import { Icon, type IconName } from './Icon';

const kLook: Record<InstanceHealth, [IconName, Level]> = {
  unreachable: ['unreachable', 'danger'],
  danger: ['warning', 'danger'],
  failing: ['bad', 'danger'],
  'no-score': ['unknown', 'watch'],
  watch: ['warning', 'watch'],
  pending: ['pending', 'none'],
  ok: ['ok', 'good'],
  gone: ['gone', 'none'],
};

export function HealthTag({ health, why }: { health: InstanceHealth; why?: string | undefined }) {
  const m = useMessages();
  const [icon, level] = kLook[health];
  return (
    <span class={`tag level-${level}`} title={why || undefined}>
      <Icon name={icon} />
      <span class="tag-text">{m.health[health]}</span>
    </span>
  );
}
