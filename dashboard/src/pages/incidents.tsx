// SPDX-License-Identifier: Apache-2.0
// All incidents, newest first; then what keeps them quiet, and the rules that open them.

import { useState } from 'preact/hooks';
import { api } from '../api';
import { IncidentList } from '../components/IncidentList';
import { RuleTable } from '../components/RuleTable';
import { SilenceForm } from '../components/SilenceForm';
import { SilenceList } from '../components/SilenceList';
import { Waiting } from '../components/Waiting';
import {
  concernsIncidents,
  concernsOverview,
  concernsRules,
  concernsSilences,
} from '../concerns';
import { useMessages } from '../i18n';
import { useResource } from '../resource';
import { byName } from '../table';
import { useTitle } from '../title';

const kStates = ['open', 'closed', 'all'] as const;
const kShown = 200;

export function IncidentsPage() {
  const m = useMessages();
  const [state, setState] = useState<(typeof kStates)[number]>('open');
  const [cluster, setCluster] = useState<string | null>(null);
  const incidents = useResource(
    `incidents ${state} ${cluster ?? ''}`,
    () => api.incidents(state, cluster, kShown),
    concernsIncidents(cluster),
  );
  const status = useResource('status', api.status, concernsOverview);
  const silences = useResource('silences', api.silences, concernsSilences);
  const rules = useResource('rules', api.rules, concernsRules);
  useTitle(m.incidents.title, status.data?.incidents.length ?? 0);
  const names = (status.data?.clusters ?? []).map((one) => one.name).sort(byName);
  const titles = { open: m.incidents.open, closed: m.incidents.closed, all: m.common.all };
  return (
    <>
      <div class="page-head">
        <h1>{m.incidents.title}</h1>
        <div class="page-actions">
          <select
            aria-label={m.incidents.cluster}
            value={cluster ?? ''}
            onChange={(event) => setCluster(event.currentTarget.value || null)}
          >
            <option value="">{m.incidents.allClusters}</option>
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
          <div class="segments" role="group" aria-label={m.instances.state}>
            {kStates.map((one) => (
              <button
                type="button"
                key={one}
                aria-pressed={one === state}
                onClick={() => setState(one)}
              >
                {titles[one]}
              </button>
            ))}
          </div>
        </div>
      </div>
      {!incidents.data && <Waiting resource={incidents} />}
      {incidents.data && (
        <IncidentList
          incidents={incidents.data}
          empty={state === 'open' ? m.incidents.noneOpen : m.incidents.none}
          showCluster
        />
      )}
      {incidents.data && incidents.data.length >= kShown && (
        <p class="muted">{m.incidents.limited(kShown)}</p>
      )}
      <SilenceList silences={silences.data ?? []} />
      <SilenceForm />
      <RuleTable rules={rules.data ?? []} />
    </>
  );
}
