// SPDX-License-Identifier: Apache-2.0
// One cluster: its score, its history, its instances, services and incidents.

import { useState } from 'preact/hooks';
import { api, ApiError, type ClusterDetail } from '../api';
import { Banner } from '../components/Banner';
import { ClusterHead } from '../components/ClusterHead';
import { ClusterHistoryCard } from '../components/ClusterHistoryCard';
import { ClusterScaling } from '../components/ClusterScaling';
import { IncidentList } from '../components/IncidentList';
import { InstanceTable } from '../components/InstanceTable';
import { ProbeList } from '../components/ProbeList';
import { ServiceTable } from '../components/ServiceTable';
import { ReadTrouble, Waiting } from '../components/Waiting';
import { Ago } from '../clock';
import { concernsCluster, concernsIncidents } from '../concerns';
import { useMessages } from '../i18n';
import { useResource } from '../resource';
import { driftOf } from '../standing';
import { useTitle } from '../title';
import { NotFoundPage } from './notfound';

const kRecentlyClosed = 10;

function Discovery({ cluster }: { cluster: ClusterDetail }) {
  const m = useMessages();
  const { error, warning, last_success: success } = cluster.discovery;
  const [before = '', after = ''] = m.cluster.discoveryStale('\u0000').split('\u0000');
  return (
    <>
      {error && (
        <Banner level="danger">
          <strong>{m.cluster.discoveryError(error)}</strong>{' '}
          {success ? (
            <>
              {before}
              <Ago at={success} />
              {after}
            </>
          ) : (
            m.cluster.discoveryNever
          )}
        </Banner>
      )}
      {warning && <Banner level="watch">{m.cluster.discoveryWarning(warning)}</Banner>}
      {cluster.registration && <Banner level="info">{m.cluster.registration}</Banner>}
      {cluster.drift.drifting && <Banner level="watch">{driftOf(cluster.drift, m)}</Banner>}
    </>
  );
}

export function ClusterPage({ name }: { name: string }) {
  const m = useMessages();
  const [gone, setGone] = useState(false);
  const [notice, setNotice] = useState('');
  const detail = useResource(
    `cluster ${name} ${gone}`,
    () => api.cluster(name, gone),
    concernsCluster(name),
  );
  const recent = useResource(
    `closed ${name}`,
    () => api.incidents('closed', name, kRecentlyClosed),
    concernsIncidents(name),
  );
  const [last, setLast] = useState<ClusterDetail | null>(null);
  if (detail.data && detail.data !== last) setLast(detail.data);
  const cluster = detail.data ?? last; // the toggle must not blank the page
  useTitle(name, cluster?.open_incidents ?? 0);

  if (detail.error instanceof ApiError && detail.error.status === 404) {
    return <NotFoundPage text={m.cluster.notFound(name)} />;
  }
  if (!cluster) return <Waiting resource={detail} />;
  const watched = cluster.members.filter((member) => member.gone_at === null);
  const closed = recent.data ?? [];
  return (
    <>
      <ClusterHead cluster={cluster} onNotice={setNotice} onPolled={() => void detail.reload()} />
      <ReadTrouble resource={detail} />
      {notice && <Banner level="info">{notice}</Banner>}
      <Discovery cluster={cluster} />
      {cluster.incidents.length > 0 && (
        <section>
          <h2>{m.cluster.incidents}</h2>
          <IncidentList incidents={cluster.incidents} empty={m.cluster.noIncidents} />
        </section>
      )}
      <ClusterHistoryCard name={name} open={cluster.incidents} closed={closed} />
      <ClusterScaling cluster={name} />
      {cluster.probes.length > 0 && (
        <section>
          <h2>{m.cluster.front}</h2>
          <ProbeList cluster={name} probes={cluster.probes} />
        </section>
      )}
      <section>
        <h2>{m.cluster.services}</h2>
        <ServiceTable services={cluster.services} members={watched} />
      </section>
      <section>
        <h2>{m.cluster.instances}</h2>
        <InstanceTable instances={cluster.members} empty={m.cluster.noInstances}>
          {cluster.instances.retired > 0 && (
            <label class="check">
              <input
                type="checkbox"
                checked={gone}
                onChange={(event) => setGone(event.currentTarget.checked)}
              />
              {m.instances.retired(cluster.instances.retired)}
            </label>
          )}
        </InstanceTable>
      </section>
      <section>
        <h2>{m.cluster.closed}</h2>
        <IncidentList incidents={closed} empty={m.cluster.noClosed} />
      </section>
    </>
  );
}
