// SPDX-License-Identifier: Apache-2.0
// Every cluster with a policy and what is wanted of it now; each opens to what its policy would have
// cost.

import { useState } from 'preact/hooks';
import { decimal } from '../format';
import { useMessages } from '../i18n';
import { paths } from '../router';
import type { ScalingPlan } from '../scaling';
import { byName } from '../table';
import { BacktestPanel } from './BacktestPanel';
import { Icon } from './Icon';
import { PlanSize } from './PlanSize';
import { PlanTags } from './PlanTags';

const kColumns = 8;

function Row({ plan, opened }: { plan: ScalingPlan; opened: boolean }) {
  const m = useMessages();
  const [open, setOpen] = useState(opened);
  return (
    <>
      <tr data-plan={plan.cluster}>
        <th scope="row">
          <a href={paths.cluster(plan.cluster)}>{plan.cluster}</a>
        </th>
        <td>
          <PlanSize plan={plan} />
        </td>
        <td class="number wide">
          {plan.min}–{plan.max}
        </td>
        <td class="number wide">{decimal(plan.load, m.locale)}</td>
        <td class="number wide">{decimal(plan.expected, m.locale)}</td>
        <td>
          <PlanTags plan={plan} />
        </td>
        <td class="wider plan-why">{plan.reason}</td>
        <td class="number">
          <button
            type="button"
            class="quiet"
            aria-expanded={open}
            aria-label={`${m.scaling.lastMonth}: ${plan.cluster}`}
            onClick={() => setOpen((was) => !was)}
          >
            <span class="wide">{m.scaling.lastMonth}</span>
            <Icon name={open ? 'up' : 'down'} />
          </button>
        </td>
      </tr>
      {open && (
        <tr class="opened">
          <td colSpan={kColumns}>
            <p class="plan-reason narrow-only">{plan.reason}</p>
            <BacktestPanel cluster={plan.cluster} />
          </td>
        </tr>
      )}
    </>
  );
}

export function PlanTable({ plans, opened }: { plans: ScalingPlan[]; opened: string | null }) {
  const m = useMessages();
  const rows = [...plans].sort((a, b) => byName(a.cluster, b.cluster));
  return (
    <table class="plans">
      <thead>
        <tr>
          <th scope="col">{m.scaling.cluster}</th>
          <th scope="col">{m.scaling.size}</th>
          <th scope="col" class="number wide" title={m.scaling.boundsHint}>
            {m.scaling.bounds}
          </th>
          <th scope="col" class="number wide" title={m.scaling.loadHint}>
            {m.scaling.load}
          </th>
          <th scope="col" class="number wide" title={m.scaling.expectedHint}>
            {m.scaling.expected}
          </th>
          <th scope="col">{m.scaling.state}</th>
          <th scope="col" class="wider">
            {m.scaling.why}
          </th>
          <th scope="col" aria-label={m.scaling.lastMonth} />
        </tr>
      </thead>
      <tbody>
        {rows.map((plan) => (
          <Row key={plan.cluster} plan={plan} opened={plan.cluster === opened} />
        ))}
      </tbody>
    </table>
  );
}
