// SPDX-License-Identifier: Apache-2.0
// What lies in front of a cluster, and what the monitor's own probes of it found last.

import { api, type Probe } from '../api';
import { Ago } from '../clock';
import { concernsHistory } from '../concerns';
import { took } from '../format';
import { levelOfStatus } from '../health';
import { useMessages } from '../i18n';
import { MetricCharts } from './MetricCharts';

function Front({ cluster, probe }: { cluster: string; probe: Probe }) {
  const m = useMessages();
  const { reading } = probe;
  const status = reading?.status ?? 'unknown';
  return (
    <li class="check-reading card">
      <div class="check-head">
        <strong>{probe.name}</strong>
        <span class={`tag level-${levelOfStatus(status)}`}>{m.status[status]}</span>
        <span class="mono">
          {probe.kind} {probe.target}
        </span>
        {reading && (
          <span class="muted facts">
            {reading.http_status !== null && <span>HTTP {reading.http_status}</span>}
            <span>{m.instance.took(took(reading.took_ms))}</span>
            <Ago at={reading.at} />
          </span>
        )}
      </div>
      {reading?.detail && <p>{reading.detail}</p>}
      <MetricCharts
        id={`probe ${cluster}/${probe.name}`}
        load={(last, points) => api.probeMetrics(cluster, probe.name, last, points)}
        concern={concernsHistory(cluster)}
      />
    </li>
  );
}

export function ProbeList({ cluster, probes }: { cluster: string; probes: Probe[] }) {
  return (
    <ul class="check-readings">
      {probes.map((probe) => (
        <Front key={probe.name} cluster={cluster} probe={probe} />
      ))}
    </ul>
  );
}
