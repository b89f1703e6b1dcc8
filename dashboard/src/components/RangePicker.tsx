// SPDX-License-Identifier: Apache-2.0
// How far back something looks.

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

interface Props<R extends string> {
  ranges: readonly R[];
  range: R;
  label?: string; // of what, for those who can't see it
  onPick: (range: R) => void;
}

export function RangePicker<R extends string>({ ranges, range, label, onPick }: Props<R>) {
  const m = useMessages();
  return (
    <div class="segments" role="group" aria-label={label ?? m.cluster.history}>
      {ranges.map((one) => (
        <button type="button" key={one} aria-pressed={one === range} onClick={() => onPick(one)}>
          {m.cluster.ranges[one]}
        </button>
      ))}
    </div>
  );
}
