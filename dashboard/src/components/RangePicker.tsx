// SPDX-License-Identifier: Apache-2.0
// How far back a chart looks.

import { useMessages } from '../i18n';
import type { Concern } from '../concerns';

export const kRanges = ['1h', '24h', '7d', '30d'] as const;
export type Range = (typeof kRanges)[number];

export const kChartPoints = 480; // about two pixels each on a usual screen

// A chart over days need not be read again at each poll.
export const slowly =
  (range: Range, concern: Concern): Concern =>
  (event) =>
    (range === '1h' || range === '24h') && concern(event);

export function RangePicker(props: { range: Range; onPick: (range: Range) => void }) {
  const m = useMessages();
  return (
    <div class="segments" role="group" aria-label={m.cluster.history}>
      {kRanges.map((range) => (
        <button
          type="button"
          key={range}
          aria-pressed={range === props.range}
          onClick={() => props.onPick(range)}
        >
          {m.cluster.ranges[range]}
        </button>
      ))}
    </div>
  );
}
