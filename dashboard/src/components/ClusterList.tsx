// SPDX-License-Identifier: Apache-2.0
// The clusters of the overview, one row each.

import type { ClusterSummary } from '../api';
import { Ago } from '../clock';
import { useMessages } from '../i18n';
import { paths } from '../router';
import { driftOf } from '../standing';
import { Icon } from './Icon';
import { ScoreBadge } from './ScoreBadge';
import { TrendLine } from './TrendLine';

function Troubles({ cluster }: { cluster: ClusterSummary }) {
  const m = useMessages();
  const { instances, open_incidents: incidents, discovery } = cluster;
  return (
    <span class="chips">
      {incidents > 0 && (
        <span class="chip level-danger">
          <Icon name="warning" />
          {m.overview.openIncidents(incidents)}
        </span>
      )}
      {instances.unreachable > 0 && (
        <span class="chip level-danger">
          <Icon name="unreachable" />
          {m.overview.unreachable(instances.unreachable)}
        </span>
      )}
      {instances.failing > 0 && (
        <span class="chip level-danger">
          <Icon name="bad" />
          {m.overview.failing(instances.failing)}
        </span>
      )}
      {cluster.drift.wanted !== null && cluster.drift.wanted !== cluster.drift.members && (
        <span class="chip level-watch" title={driftOf(cluster.drift, m)}>
          <Icon name="unknown" />
          {m.overview.drift(cluster.drift.members, cluster.drift.wanted)}
        </span>
      )}
      {discovery.error && (
        <span class="chip level-danger" title={discovery.error}>
          <Icon name="warning" />
          {m.overview.awsError}
        </span>
      )}
      {discovery.warning && (
        <span class="chip level-watch" title={discovery.warning}>
          <Icon name="unknown" />
          {m.overview.awsWarning}
        </span>
      )}
    </span>
  );
}

function Row({ cluster }: { cluster: ClusterSummary }) {
  const m = useMessages();
  const { score, instances } = cluster;
  return (
    <li class="cluster-row" data-cluster={cluster.name}>
      <ScoreBadge score={score?.mean} size="large" />
      <div class="cluster-who">
        <a class="cluster-name" href={paths.cluster(cluster.name)}>
          {cluster.name}
        </a>
        <span class="muted">
          <span class="badge">{m.register.kinds[cluster.kind]}</span> {cluster.resource}
        </span>
      </div>
      <div class="cluster-trend" title={m.overview.trend}>
        <TrendLine trend={cluster.trend} label={m.overview.trendLabel(cluster.name)} />
      </div>
      <div class="cluster-count">
        <strong>{m.overview.instances(instances.watched)}</strong>
        <span class="muted">{m.overview.inService(instances.in_service, instances.watched)}</span>
      </div>
      <div class="cluster-state">
        <Troubles cluster={cluster} />
        <span class="muted cluster-when">
          {score ? <Ago at={score.at} /> : m.overview.notPolled}
        </span>
      </div>
    </li>
  );
}

export function ClusterList({ clusters }: { clusters: ClusterSummary[] }) {
  const m = useMessages();
  return (
    <div class="clusters">
      <div class="cluster-row cluster-heads" aria-hidden="true">
        <span>{m.score.name}</span>
        <span>{m.incidents.cluster}</span>
        <span>{m.overview.trend}</span>
        <span>{m.cluster.instances}</span>
        <span>{m.instances.state}</span>
      </div>
      <ul>
        {clusters.map((cluster) => (
          <Row key={cluster.name} cluster={cluster} />
        ))}
      </ul>
    </div>
  );
}
