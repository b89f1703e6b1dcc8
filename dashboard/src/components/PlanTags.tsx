// SPDX-License-Identifier: Apache-2.0
// How a policy is at work: on, a dry run, frozen, at odds with something else.

import { useMessages } from '../i18n';
import type { ScalingPlan } from '../scaling';
import { Icon } from './Icon';

export function PlanTags({ plan }: { plan: ScalingPlan }) {
  const m = useMessages();
  return (
    <span class="plan-tags">
      {plan.dry_run ? (
        <span class="tag level-none" title={m.scaling.dryRunHint} data-tag="dry-run">
          <Icon name="gone" />
          {m.scaling.dryRun}
        </span>
      ) : (
        <span class="tag level-good" data-tag="on">
          <Icon name="ok" />
          {m.scaling.active}
        </span>
      )}
      {plan.frozen && (
        <span class="tag level-watch" title={m.scaling.frozenHint} data-tag="frozen">
          <Icon name="pending" />
          {m.scaling.frozen}
        </span>
      )}
      {(plan.conflicts?.length ?? 0) > 0 && (
        <span class="tag level-watch" title={plan.conflicts?.join('\n')} data-tag="conflict">
          <Icon name="warning" />
          {m.scaling.conflicted}
        </span>
      )}
    </span>
  );
}
