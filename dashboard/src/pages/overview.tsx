// SPDX-License-Identifier: Apache-2.0
// The first page: every cluster at a glance, and what is wrong right now.

import { useState } from 'preact/hooks';
import { api, type ClusterSummary, type Status } from '../api';
import { Banner } from '../components/Banner';
import { ClusterList } from '../components/ClusterList';
import { Dialog } from '../components/Dialog';
import { Icon } from '../components/Icon';
import { IncidentList } from '../components/IncidentList';
import { RegisterForm } from '../components/RegisterForm';
import { ReadTrouble, Waiting } from '../components/Waiting';
import { concernsOverview } from '../concerns';
import { useMessages } from '../i18n';
import { useResource } from '../resource';
import { byName } from '../table';
import { useTitle } from '../title';

type By = 'name' | 'score';

function ordered(clusters: ClusterSummary[], by: By): ClusterSummary[] {
  const score = (cluster: ClusterSummary) => cluster.score?.mean ?? 101;
  return [...clusters].sort(
    (a, b) => (by === 'score' ? score(a) - score(b) : 0) || byName(a.name, b.name),
  );
}

function Welcome({ onDone }: { onDone: (name: string) => void }) {
  const m = useMessages();
  return (
    <section class="welcome">
      <div>
        <h1>{m.empty.title}</h1>
        <p class="lead">{m.empty.lead}</p>
        <ol>
          {m.empty.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </div>
      <div class="card">
        <h2>{m.register.title}</h2>
        <RegisterForm onDone={onDone} />
        <p class="or">{m.empty.or}</p>
        <pre>
          <code>livesonic cluster add web --elb web-elb</code>
        </pre>
      </div>
    </section>
  );
}

function Totals({ status }: { status: Status }) {
  const m = useMessages();
  const sum = (pick: (cluster: ClusterSummary) => number) =>
    status.clusters.reduce((total, cluster) => total + pick(cluster), 0);
  return (
    <p class="totals">
      <span>{m.overview.clusters(status.clusters.length)}</span>
      <span>{m.overview.instances(sum((cluster) => cluster.instances.watched))}</span>
      <span class={status.incidents.length > 0 ? 'level-danger strong' : ''}>
        {status.incidents.length > 0
          ? m.overview.openIncidents(status.incidents.length)
          : m.overview.nothingWrong}
      </span>
    </p>
  );
}

export function OverviewPage() {
  const m = useMessages();
  const status = useResource('status', api.status, concernsOverview);
  const [by, setBy] = useState<By>('name');
  const [registering, setRegistering] = useState(false);
  const [notice, setNotice] = useState('');
  useTitle(m.overview.title, status.data?.incidents.length ?? 0);
  if (!status.data) return <Waiting resource={status} />;

  const onDone = (name: string) => {
    setRegistering(false);
    setNotice(m.register.done(name));
    void status.reload();
  };
  const { clusters, incidents, outbox, event_queues: queues } = status.data;
  if (clusters.length === 0) return <Welcome onDone={onDone} />;
  return (
    <>
      <div class="page-head">
        <div>
          <h1>{m.overview.title}</h1>
          <Totals status={status.data} />
        </div>
        <div class="page-actions">
          <label class="inline">
            <span>{m.overview.sort}</span>
            <select value={by} onChange={(event) => setBy(event.currentTarget.value as By)}>
              <option value="name">{m.overview.byName}</option>
              <option value="score">{m.overview.byScore}</option>
            </select>
          </label>
          <button type="button" class="primary" onClick={() => setRegistering(true)}>
            <Icon name="plus" />
            {m.overview.register}
          </button>
        </div>
      </div>
      <ReadTrouble resource={status} />
      {notice && <Banner level="info">{notice}</Banner>}
      {outbox.undelivered > 0 && outbox.last_error && (
        <Banner level="watch">
          {m.overview.outbox(outbox.undelivered)} {m.overview.outboxError(outbox.last_error)}
        </Banner>
      )}
      {queues
        .filter((queue) => queue.error)
        .map((queue) => (
          <Banner key={queue.queue_url} level="watch">
            {m.overview.eventsError(queue.error)}
          </Banner>
        ))}
      <ClusterList clusters={ordered(clusters, by)} />
      <section>
        <h2>{m.cluster.incidents}</h2>
        <IncidentList incidents={incidents} empty={m.overview.quiet} showCluster />
      </section>
      {registering && (
        <Dialog title={m.register.title} onClose={() => setRegistering(false)}>
          <RegisterForm onDone={onDone} onCancel={() => setRegistering(false)} />
        </Dialog>
      )}
    </>
  );
}
