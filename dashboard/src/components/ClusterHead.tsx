// SPDX-License-Identifier: Apache-2.0
// The head of a cluster's page: the score in large, the figures beside it, and what can be done.

import { useState } from 'preact/hooks';
import { api, kRollBackKinds, type ClusterDetail } from '../api';
import { Ago } from '../clock';
import { dateTime, decimal } from '../format';
import { levelOf } from '../health';
import { useMessages } from '../i18n';
import { navigate, paths } from '../router';
import { ActionDialog } from './ActionDialog';
import { Figure } from './Figure';
import { Icon } from './Icon';
import { RemoveDialog } from './RemoveDialog';
import { ScoreBadge } from './ScoreBadge';

function Figures({ cluster }: { cluster: ClusterDetail }) {
  const m = useMessages();
  const { score, instances } = cluster;
  const none = m.common.unknownShort;
  const out = instances.in_service < instances.watched;
  return (
    <dl class="figures">
      <Figure name={m.score.mean}>{score ? decimal(score.mean, m.locale) : none}</Figure>
      <Figure name={m.score.min} level={score ? `level-${levelOf(score.min)}` : ''}>
        {score?.min ?? none}
      </Figure>
      <Figure name={m.score.spread} hint={m.score.spreadHint}>
        {score ? decimal(score.spread, m.locale) : none}
      </Figure>
      <Figure name={m.score.answered}>{score ? `${score.count} / ${score.members}` : none}</Figure>
      <Figure name={m.cluster.inService} level={out ? 'level-watch' : ''} icon={out && 'warning'}>
        {instances.in_service} / {instances.watched}
      </Figure>
      <Figure
        name={m.cluster.failing}
        level={instances.failing > 0 ? 'level-danger' : 'zero'}
        icon={instances.failing > 0 && 'bad'}
      >
        {instances.failing}
      </Figure>
      <Figure
        name={m.cluster.unreachable}
        level={instances.unreachable > 0 ? 'level-danger' : 'zero'}
        icon={instances.unreachable > 0 && 'unreachable'}
      >
        {instances.unreachable}
      </Figure>
    </dl>
  );
}

interface Props {
  cluster: ClusterDetail;
  onNotice: (text: string) => void;
  onPolled: () => void;
}

export function ClusterHead({ cluster, onNotice, onPolled }: Props) {
  const m = useMessages();
  const [removing, setRemoving] = useState(false);
  const [rollingBack, setRollingBack] = useState(false);
  const [polling, setPolling] = useState(false);
  const poll = async () => {
    setPolling(true);
    onNotice('');
    try {
      const summary = await api.poll(cluster.name);
      onNotice(m.cluster.polled(summary.scored, summary.instances));
      onPolled();
    } catch (reason) {
      onNotice(m.common.failed((reason as Error).message));
    }
    setPolling(false);
  };
  const fixed = { file: m.remove.byFile, discovered: m.remove.byParent(cluster.parent ?? '') };
  const place = [cluster.account, cluster.region].filter((word) => word !== '').join(', ');
  const why = cluster.origin === 'operator' ? undefined : fixed[cluster.origin];
  return (
    <header class="cluster-head">
      <p class="crumbs">
        <a href={paths.overview}>{m.nav.overview}</a>
        <Icon name="right" />
      </p>
      <div class="page-head">
        <div>
          <h1>{cluster.name}</h1>
          <p class="muted facts">
            <span>
              <span class="badge">{m.register.kinds[cluster.kind]}</span> {cluster.resource}
              {cluster.target_groups.length > 0 && ` (${cluster.target_groups.join(', ')})`}
            </span>
            {place && <span>{place}</span>}
            {cluster.mode === 'stream' && (
              <span class="badge" title={m.cluster.streamHint}>
                {m.cluster.streams(cluster.streams.live, cluster.instances.watched)}
              </span>
            )}
            <span title={dateTime(cluster.registered_at, m.locale)}>
              {m.cluster.origin[cluster.origin]}
            </span>
            <span>{cluster.score ? <Ago at={cluster.score.at} /> : m.overview.notPolled}</span>
          </p>
        </div>
        <div class="page-actions">
          <button type="button" disabled={polling} onClick={() => void poll()}>
            <Icon name="refresh" />
            {polling ? m.cluster.polling : m.cluster.poll}
          </button>
          {kRollBackKinds.includes(cluster.kind) && (
            <button type="button" data-action="roll_back" onClick={() => setRollingBack(true)}>
              {m.actions.kinds['roll_back']}
            </button>
          )}
          <button
            type="button"
            class="danger-quiet"
            disabled={why !== undefined}
            title={why}
            onClick={() => setRemoving(true)}
          >
            {m.remove.action}
          </button>
        </div>
      </div>
      <div class="card cluster-figures">
        <ScoreBadge score={cluster.score?.mean} size="huge" />
        <Figures cluster={cluster} />
      </div>
      {rollingBack && (
        <ActionDialog
          cluster={cluster.name}
          instance=""
          label={cluster.name}
          kind="roll_back"
          onClose={() => setRollingBack(false)}
        />
      )}
      {removing && (
        <RemoveDialog
          cluster={cluster.name}
          onClose={() => setRemoving(false)}
          onRemoved={() => navigate(paths.overview)}
        />
      )}
    </header>
  );
}
