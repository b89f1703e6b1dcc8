// SPDX-License-Identifier: Apache-2.0
// The part of a cluster's page that says how it is scaled; nothing where it has no policy.

import { api } from '../api';
import { concernsScaling } from '../concerns';
import { useMessages } from '../i18n';
import { useResource } from '../resource';
import { paths } from '../router';
import { PlanCard } from './PlanCard';
import { PlanTags } from './PlanTags';

export function ClusterScaling({ cluster }: { cluster: string }) {
  const m = useMessages();
  const plans = useResource('scaling', api.scaling, concernsScaling(cluster));
  const plan = plans.data?.find((one) => one.cluster === cluster);
  if (!plan) return null;
  return (
    <section>
      <div class="section-head">
        <h2 class="plan-title">
          {m.scaling.title}
          <PlanTags plan={plan} />
        </h2>
        <a href={paths.scalingOf(cluster)}>{m.scaling.lastMonth}</a>
      </div>
      <PlanCard plan={plan} />
    </section>
  );
}
