// SPDX-License-Identifier: Apache-2.0
// What a check or a probe has measured over time, a chart for each metric. Read only once it is
// opened: most look at the verdict alone.

import { useMemo, useState } from 'preact/hooks';
import type { MetricHistory, MetricSeries } from '../api';
import type { Concern } from '../concerns';
import { useMessages } from '../i18n';
import { useResource } from '../resource';
import { boundsOf, toSeries } from '../series';
import { HistoryChart, kNoSpans, type Measure } from './HistoryChart';
import { kChartPoints, kRanges, RangePicker, slowly, type Range } from './RangePicker';
import { Waiting } from './Waiting';

interface Props {
  id: string; // what it is of, as no other
  load: (last: string, points: number) => Promise<MetricHistory>;
  concern: Concern;
}

function measureOf(metric: MetricSeries): Measure {
  const lines = (range: string | null, level: 'watch' | 'danger') =>
    boundsOf(range).map((at) => ({ at, level }));
  return {
    name: metric.label,
    unit: metric.unit,
    lines: [...lines(metric.warning, 'watch'), ...lines(metric.critical, 'danger')],
  };
}

function Chart({ metric, history }: { metric: MetricSeries; history: MetricHistory }) {
  const series = useMemo(() => toSeries(metric.points, [(point) => point.value]), [metric]);
  const measure = useMemo(() => measureOf(metric), [metric]);
  return (
    <HistoryChart
      label={metric.label}
      series={series}
      measure={measure}
      from={Date.parse(history.from) / 1_000}
      to={Date.parse(history.to) / 1_000}
      spans={kNoSpans}
    />
  );
}

function Charts({ id, load, concern }: Props) {
  const m = useMessages();
  const [range, setRange] = useState<Range>('24h');
  const history = useResource(
    `metrics ${id} ${range}`,
    () => load(range, kChartPoints),
    slowly(range, concern),
  );
  const { data } = history;
  const drawn = data?.metrics.filter((metric) => metric.points.length > 0) ?? [];
  return (
    <>
      <RangePicker ranges={kRanges} range={range} onPick={setRange} />
      {!data && <Waiting resource={history} />}
      {data && drawn.length === 0 && <p class="nothing">{m.metrics.none}</p>}
      {data && drawn.map((metric) => <Chart key={metric.label} metric={metric} history={data} />)}
    </>
  );
}

export function MetricCharts(props: Props) {
  const m = useMessages();
  const [open, setOpen] = useState(false);
  return (
    <details class="metrics" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{m.metrics.title}</summary>
      {open && <Charts {...props} />}
    </details>
  );
}
