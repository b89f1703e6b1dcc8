// SPDX-License-Identifier: Apache-2.0
// Every policy and what it wants now, what it would have cost, and what the fleet did cost.

import { api } from '../api';
import { BacktestPanel } from '../components/BacktestPanel';
import { CostSection } from '../components/CostSection';
import { PlanTable } from '../components/PlanTable';
import { Banner } from '../components/Banner';
import { ReadTrouble, Waiting } from '../components/Waiting';
import { concernsOverview, concernsScaling } from '../concerns';
import { useMessages } from '../i18n';
import { useResource } from '../resource';
import { useTitle } from '../title';

// Teaches whoever has no policy yet how to write one.
function Welcome({ cluster }: { cluster: string }) {
  const m = useMessages();
  return (
    <section class="welcome">
      <div>
        <h1>{m.scaling.empty.title}</h1>
        <p class="lead">{m.scaling.empty.lead}</p>
        <ol>
          {m.scaling.empty.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </div>
      <div class="card">
        <h2>{m.scaling.empty.snippetTitle}</h2>
        <pre>
          <code>{m.scaling.empty.snippet(cluster)}</code>
        </pre>
      </div>
    </section>
  );
}

// `opened` names the cluster whose past is shown at once.
export function ScalingPage({ opened }: { opened: string | null }) {
  const m = useMessages();
  const plans = useResource('scaling', api.scaling, concernsScaling(null));
  const status = useResource('status', api.status, concernsOverview);
  useTitle(m.scaling.title, status.data?.incidents.length ?? 0);
  if (!plans.data) return <Waiting resource={plans} />;
  if (plans.data.length === 0) {
    return (
      <>
        <Welcome cluster={status.data?.clusters[0]?.name ?? 'web'} />
        <CostSection />
      </>
    );
  }
  const unknown = opened !== null && !plans.data.some((plan) => plan.cluster === opened);
  return (
    <>
      <div class="page-head">
        <div>
          <h1>{m.scaling.title}</h1>
          <p class="muted">{m.scaling.lead}</p>
        </div>
      </div>
      <ReadTrouble resource={plans} />
      {plans.data.flatMap((plan) =>
        (plan.conflicts ?? []).map((conflict) => (
          <Banner key={`${plan.cluster} ${conflict}`} level="watch">
            <strong>{plan.cluster}</strong> {conflict}
          </Banner>
        )),
      )}
      <PlanTable plans={plans.data} opened={opened} />
      {unknown && <BacktestPanel cluster={opened} />}
      <CostSection />
    </>
  );
}
