// SPDX-License-Identifier: Apache-2.0
// A small line of scores over time, always 0 to 100 so that lines can be compared.

import { levelOf } from '../health';
import { trendPaths, type Values } from '../series';

const kWidth = 240;
const kHeight = 44;
const kInset = 3;

export function TrendLine({ trend, label }: { trend: Values; label: string }) {
  const paths = trendPaths(trend, kWidth, kHeight, kInset);
  const latest = [...trend].reverse().find((value) => value !== null) ?? null;
  return (
    <svg
      class={`trend level-${levelOf(latest)}`}
      viewBox={`0 0 ${kWidth} ${kHeight}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line class="trend-floor" x1="0" x2={kWidth} y1={kHeight - 1} y2={kHeight - 1} />
      {paths.area && <path class="trend-area" d={paths.area} />}
      {paths.line && <path class="trend-path" d={paths.line} />}
    </svg>
  );
}
