// SPDX-License-Identifier: Apache-2.0
// A cluster's scores over time, with its incidents behind them.

import { useMemo, useState } from 'preact/hooks';
import { api, type Incident } from '../api';
import { concernsHistory } from '../concerns';
import { useResource } from '../resource';
import { toSeries } from '../series';
import { HistoryCard } from './HistoryCard';
import { kChartPoints, slowly, type Range } from './RangePicker';

interface Props {
  name: string;
  open: Incident[];
  closed: Incident[];
}

export function ClusterHistoryCard({ name, open, closed }: Props) {
  const [range, setRange] = useState<Range>('24h');
  const history = useResource(
    `history ${name} ${range}`,
    () => api.clusterHistory(name, range, kChartPoints),
    slowly(range, concernsHistory(name)),
  );
  const { data } = history;
  const series = useMemo(
    () => toSeries(data?.points ?? [], [(p) => p.mean, (p) => p.min, (p) => p.max]),
    [data],
  );
  const to = data ? Date.parse(data.to) / 1_000 : 0;
  const spans = useMemo(
    () =>
      [...open, ...closed].map((incident) => ({
        from: Date.parse(incident.opened_at) / 1_000,
        to: incident.closed_at ? Date.parse(incident.closed_at) / 1_000 : to,
      })),
    [open, closed, to],
  );
  return (
    <HistoryCard
      of={name}
      range={range}
      onRange={setRange}
      history={history}
      series={series}
      spans={spans}
    />
  );
}
