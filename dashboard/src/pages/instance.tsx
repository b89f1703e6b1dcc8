// SPDX-License-Identifier: Apache-2.0
// One instance: its score over time, what its checks said, and what AWS says of it.

import { useMemo, useState } from 'preact/hooks';
import { api, ApiError, type CheckReading, type Instance } from '../api';
import { ActionButtons } from '../components/ActionButtons';
import { Ago } from '../clock';
import { Banner } from '../components/Banner';
import { HealthTag } from '../components/HealthTag';
import { HistoryCard } from '../components/HistoryCard';
import { Icon } from '../components/Icon';
import { InstanceFacts } from '../components/InstanceFacts';
import { MetricCharts } from '../components/MetricCharts';
import { kChartPoints, slowly, type Range } from '../components/RangePicker';
import { ScoreBadge } from '../components/ScoreBadge';
import { ScoreParts } from '../components/ScoreParts';
import { Waiting } from '../components/Waiting';
import { concernsCluster, concernsHistory } from '../concerns';
import { took } from '../format';
import { healthOf, levelOfStatus, verdictOf } from '../health';
import { useMessages } from '../i18n';
import { useResource } from '../resource';
import { paths } from '../router';
import { toSeries } from '../series';
import { departureOf } from '../standing';
import { useTitle } from '../title';
import { NotFoundPage } from './notfound';

function History({ instance }: { instance: Instance }) {
  const [range, setRange] = useState<Range>('24h');
  const history = useResource(
    `history ${instance.cluster}/${instance.id} ${range}`,
    () => api.instanceHistory(instance.cluster, instance.id, range, kChartPoints),
    slowly(range, concernsHistory(instance.cluster)),
  );
  const points = history.data?.points;
  const series = useMemo(() => toSeries(points ?? [], [(point) => point.score]), [points]);
  return (
    <HistoryCard
      of={instance.label}
      range={range}
      onRange={setRange}
      history={history}
      series={series}
    />
  );
}

function Check({ instance, check }: { instance: Instance; check: CheckReading }) {
  const m = useMessages();
  const verdict = verdictOf(check);
  const level = levelOfStatus(check.status);
  // What a plugin says of itself is said in its own words; of all others how it ended.
  const word =
    check.outcome === 'check_failed' && check.status !== 'critical'
      ? m.status[check.status]
      : m.outcome[check.outcome];
  return (
    <li class="check-reading card">
      <div class="check-head">
        <strong>{check.service}</strong>
        <span class={`tag level-${level}`}>
          <Icon name={verdict === 'failing' ? 'bad' : verdict} />
          {word}
        </span>
        <span class="muted facts">
          {check.exit_status !== null && (
            <span>
              {m.instance.exit} {check.exit_status}
            </span>
          )}
          <span>{m.instance.took(took(check.took_ms))}</span>
          <Ago at={check.at} />
        </span>
      </div>
      {check.detail && <p class={verdict === 'ok' ? 'muted' : ''}>{check.detail}</p>}
      {!check.detail && check.summary && <p class="muted">{check.summary}</p>}
      {check.out && (
        <figure class="output">
          <figcaption>{m.instance.stdout}</figcaption>
          <pre tabIndex={0}>{check.out}</pre>
        </figure>
      )}
      {check.err && (
        <figure class="output">
          <figcaption>{m.instance.stderr}</figcaption>
          <pre tabIndex={0}>{check.err}</pre>
        </figure>
      )}
      <MetricCharts
        id={`service ${instance.cluster}/${instance.id}/${check.service}`}
        load={(last, points) =>
          api.serviceMetrics(instance.cluster, instance.id, check.service, last, points)
        }
        concern={concernsHistory(instance.cluster)}
      />
    </li>
  );
}

function Head({ instance }: { instance: Instance }) {
  const m = useMessages();
  const { score } = instance;
  return (
    <header class="cluster-head">
      <p class="crumbs">
        <a href={paths.overview}>{m.nav.overview}</a>
        <Icon name="right" />
        <a href={paths.cluster(instance.cluster)}>{instance.cluster}</a>
        <Icon name="right" />
      </p>
      <div class="instance-head">
        <ScoreBadge score={instance.gone_at ? null : score?.score} size="huge" />
        <div>
          <h1>{instance.label}</h1>
          <p class="muted facts">
            <HealthTag health={healthOf(instance)} />
            <span class="mono">{instance.id}</span>
            {instance.type && <span class="mono">{instance.type}</span>}
            {score && (
              <span>
                {m.instance.lastPoll} <Ago at={score.at} />
              </span>
            )}
          </p>
        </div>
        {!instance.gone_at && score?.parts && <ScoreParts parts={score.parts} />}
      </div>
    </header>
  );
}

export function InstancePage({ cluster, id }: { cluster: string; id: string }) {
  const m = useMessages();
  // Retired ones too: incidents of the past link here.
  const detail = useResource(
    `cluster ${cluster} of ${id}`,
    () => api.clusterOf(cluster, id),
    concernsCluster(cluster),
  );
  const instance = detail.data?.members.find((member) => member.id === id);
  useTitle(instance?.label ?? id, detail.data?.open_incidents ?? 0);
  if (detail.error instanceof ApiError && detail.error.status === 404) {
    return <NotFoundPage text={m.cluster.notFound(cluster)} />;
  }
  if (!detail.data) return <Waiting resource={detail} />;
  if (!instance) return <NotFoundPage text={m.instance.notFound(id)} />;
  const { score } = instance;
  return (
    <>
      <Head instance={instance} />
      {instance.gone_at && (
        <Banner level="info">{m.instances.gone(departureOf(instance, m))}</Banner>
      )}
      {!instance.gone_at && score && score.outcome !== 'ok' && (
        <Banner level="danger">
          <strong>{m.outcome[score.outcome]}</strong> {score.detail}
        </Banner>
      )}
      <History instance={instance} />
      <section>
        <h2>{m.instance.checks}</h2>
        {instance.checks.length === 0 && <p class="nothing">{m.instance.noChecks}</p>}
        <ul class="check-readings">
          {instance.checks.map((check) => (
            <Check key={check.service} instance={instance} check={check} />
          ))}
        </ul>
      </section>
      {!instance.gone_at && <ActionButtons cluster={cluster} instance={id} label={instance.label} />}
      <InstanceFacts instance={instance} />
    </>
  );
}
