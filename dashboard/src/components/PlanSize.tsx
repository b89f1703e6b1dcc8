// SPDX-License-Identifier: Apache-2.0
// From how many instances to how many.

import { useMessages } from '../i18n';
import type { ScalingPlan } from '../scaling';
import { Icon } from './Icon';

export function PlanSize({ plan }: { plan: ScalingPlan }) {
  const m = useMessages();
  const { present, wanted } = plan;
  const more = wanted - present;
  return (
    <span class="plan-size" aria-label={m.scaling.becomes(present, wanted)} role="img">
      {present}
      <Icon name="right" />
      <b>{wanted}</b>
      {more !== 0 && (
        <small class="muted">{more > 0 ? m.scaling.more(more) : m.scaling.fewer(-more)}</small>
      )}
    </span>
  );
}
