// SPDX-License-Identifier: Apache-2.0
// The chart of somebody's scores over a range of one's choice, or why there is none.

import { useMessages } from '../i18n';
import type { Resource } from '../resource';
import type { Series } from '../series';
import { HistoryChart, kNoSpans, type Span } from './HistoryChart';
import { kRanges, RangePicker, type Range } from './RangePicker';
import { Waiting } from './Waiting';

interface Props {
  of: string; // whose history, for those who can't see the chart
  range: Range;
  onRange: (range: Range) => void;
  history: Resource<{ from: string; to: string }>;
  series: Series;
  spans?: Span[]; // incidents, shaded
}

export function HistoryCard({ of, range, onRange, history, series, spans = kNoSpans }: Props) {
  const m = useMessages();
  const { data } = history;
  return (
    <section>
      <div class="section-head">
        <h2>{m.cluster.history}</h2>
        <RangePicker ranges={kRanges} range={range} onPick={onRange} />
      </div>
      <div class="card chart-card">
        {!data && <Waiting resource={history} />}
        {data && series.at.length === 0 && <p class="nothing">{m.cluster.noHistory}</p>}
        {data && series.at.length > 0 && (
          <HistoryChart
            label={m.cluster.chartLabel(of, m.cluster.ranges[range] ?? range)}
            series={series}
            from={Date.parse(data.from) / 1_000}
            to={Date.parse(data.to) / 1_000}
            spans={spans}
          />
        )}
      </div>
    </section>
  );
}
