// SPDX-License-Identifier: Apache-2.0
// What a policy wants of its cluster now, why, and what came of it.

import { api } from '../api';
import { Ago } from '../clock';
import { concernsActions } from '../concerns';
import { compact, decimal, money, price } from '../format';
import { useMessages } from '../i18n';
import { useResource } from '../resource';
import { paths } from '../router';
import { barOf, isActionId, type RequestsSeen, type ScalingPlan, type Spent } from '../scaling';
import { ActionStateTag } from './ActionStateTag';
import { Banner } from './Banner';
import { Figure } from './Figure';
import { PlanSize } from './PlanSize';
import { PoolTable } from './PoolTable';

function AskedAction({ cluster, id }: { cluster: string; id: string }) {
  const m = useMessages();
  const { data } = useResource(`action ${id}`, () => api.action(id), concernsActions(cluster));
  return (
    <p class="plan-asked" data-asked={id}>
      <span class="muted">{m.scaling.asked}</span>
      <a href={paths.action(id)}>{data?.deed || id}</a>
      {data && <ActionStateTag state={data.state} />}
      {data && <span class="muted">{data.result || data.why}</span>}
      {data && (
        <span class="muted">
          <Ago at={data.requested_at} />
        </span>
      )}
    </p>
  );
}

function Asked({ plan }: { plan: ScalingPlan }) {
  const m = useMessages();
  if (isActionId(plan.asked)) return <AskedAction cluster={plan.cluster} id={plan.asked} />;
  if (plan.asked !== '') {
    return (
      <p class="plan-asked">
        <span class="muted">{m.scaling.notAsked}</span>
        <span>{plan.asked}</span>
      </p>
    );
  }
  return plan.dry_run ? <p class="muted">{m.scaling.dryRunHint}</p> : null;
}

function Money({ spent }: { spent: Spent }) {
  const m = useMessages();
  const { this_month: month, per_month: budget, allowance: hourly, price_now: now } = spent;
  return (
    <dl class="figures plan-spent">
      <div class="figure">
        <dt>{m.scaling.spent.thisMonth}</dt>
        <dd class={budget && month >= budget ? 'level-danger' : ''}>
          {money(month, m.locale)}
          {budget ? (
            <small class="muted">{m.scaling.spent.perMonth(money(budget, m.locale))}</small>
          ) : null}
        </dd>
        {budget ? (
          <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect class="bar-track" width="100" height="4" />
            <rect
              class={month >= budget ? 'bar-over' : 'bar-ours'}
              width={barOf(month, budget)}
              height="4"
            />
          </svg>
        ) : null}
      </div>
      {typeof now === 'number' && (
        <Figure name={m.scaling.spent.priceNow}>{price(now, m.locale)}</Figure>
      )}
      {typeof hourly === 'number' && (
        <Figure name={m.scaling.spent.perHour}>{price(hourly, m.locale)}</Figure>
      )}
    </dl>
  );
}

function Requests({ requests }: { requests: RequestsSeen }) {
  const m = useMessages();
  const { per_minute: all, per_instance: each, target, minute, missing, source } = requests;
  const known = all !== null && each !== null;
  return (
    <div class="plan-requests" data-requests={missing === '' ? 'known' : 'missing'}>
      {known && (
        <dl class="figures">
          <Figure name={m.scaling.requests.perMinute} hint={source}>
            {compact(all, m.locale)}
          </Figure>
          <Figure name={m.scaling.requests.perInstance} hint={m.scaling.requests.perInstanceHint}>
            {compact(each, m.locale)}
            <small class="muted">{m.scaling.requests.ofTarget(compact(target, m.locale))}</small>
          </Figure>
        </dl>
      )}
      {missing !== '' && <p class="level-watch">{m.scaling.requests.missing(missing)}</p>}
      <p class="muted facts">
        {source !== '' && <span>{source}</span>}
        {minute && (
          <span>
            <Ago at={minute} />
          </span>
        )}
      </p>
    </div>
  );
}

function Figures({ plan }: { plan: ScalingPlan }) {
  const m = useMessages();
  return (
    <dl class="figures">
      <Figure name={m.scaling.size} hint={m.scaling.presentHint}>
        <PlanSize plan={plan} />
      </Figure>
      <Figure name={m.scaling.bounds} hint={m.scaling.boundsHint}>
        {plan.min}–{plan.max}
      </Figure>
      <Figure name={m.scaling.load} hint={m.scaling.loadHint}>
        {decimal(plan.load, m.locale)}
      </Figure>
      <Figure name={m.scaling.expected} hint={m.scaling.expectedHint}>
        {decimal(plan.expected, m.locale)}
      </Figure>
      {plan.forecast !== null && (
        <Figure name={m.scaling.forecast} hint={m.scaling.forecastHint}>
          {plan.forecast}
        </Figure>
      )}
    </dl>
  );
}

export function PlanCard({ plan }: { plan: ScalingPlan }) {
  const m = useMessages();
  const { steps = [], pools = [], conflicts = [], requests, spent, through } = plan;
  return (
    <>
      {conflicts.map((conflict) => (
        <Banner key={conflict} level="watch">
          {conflict}
        </Banner>
      ))}
      <div class="card plan" data-plan={plan.cluster}>
        <Figures plan={plan} />
        <p class="plan-reason">{plan.reason}</p>
        {requests && <Requests requests={requests} />}
        <Asked plan={plan} />
        {steps.length > 0 && (
          <div>
            <h3>{m.scaling.steps}</h3>
            <ul class="plan-steps">
              {steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ul>
          </div>
        )}
        {spent && <Money spent={spent} />}
        <PoolTable pools={pools} />
        <p class="muted facts plan-when">
          <span>
            {m.scaling.decided} <Ago at={plan.at} />
          </span>
          {through && <span>{m.scaling.through[through] ?? through}</span>}
        </p>
      </div>
    </>
  );
}
