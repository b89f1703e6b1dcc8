// SPDX-License-Identifier: Apache-2.0
// From points to what is drawn: columns for the chart, a path for the trend line. Pure.

export type Values = (number | null)[];
export interface Series {
  at: number[]; // s since 1970, ascending
  values: Values[]; // one list for each value asked for
}

// Where readings are missing the line must break: a point of nulls is put into each gap. A gap is
// longer than three usual steps, and also than three of the steps beside it, since the interval
// between polls may have been another one before.
export function toSeries<P extends { at: string }>(
  points: P[],
  pick: ((point: P) => number)[],
): Series {
  const times = points.map((point) => Date.parse(point.at) / 1_000);
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const isGap = (index: number) =>
    (steps[index] ?? 0) > 3 * Math.max(usual, steps[index - 1] ?? 0, steps[index + 1] ?? 0);
  const series: Series = { at: [], values: pick.map(() => []) };
  points.forEach((point, index) => {
    const time = times[index] ?? 0;
    if (isGap(index - 1)) {
      series.at.push(time - (steps[index - 1] ?? 0) / 2);
      series.values.forEach((values) => values.push(null));
    }
    series.at.push(time);
    pick.forEach((value, which) => series.values[which]?.push(value(point)));
  });
  return series;
}

export interface TrendPaths {
  line: string;
  area: string;
  last: { x: number; y: number } | null;
}

// An SVG path through the trend's values, 0..100 from bottom to top; gaps stay gaps.
export function trendPaths(
  trend: Values,
  width: number,
  height: number,
  inset: number,
): TrendPaths {
  const step = trend.length > 1 ? (width - 2 * inset) / (trend.length - 1) : 0;
  const floor = height - inset;
  const round = (value: number) => Math.round(value * 10) / 10;
  const paths: TrendPaths = { line: '', area: '', last: null };
  let run: { x: number; y: number }[] = [];
  const finish = () => {
    const [first] = run;
    const last = run[run.length - 1];
    if (first && last) {
      // A single value is drawn as a dot: a line of no length with round caps.
      const line = run.map(({ x, y }) => `${x} ${y}`).join('L') + (run.length === 1 ? `h0` : '');
      paths.line += `M${line}`;
      if (run.length > 1) paths.area += `M${line}L${last.x} ${floor}L${first.x} ${floor}Z`;
      paths.last = last;
    }
    run = [];
  };
  trend.forEach((value, index) => {
    if (value === null) return finish();
    const share = Math.min(100, Math.max(0, value)) / 100;
    run.push({
      x: round(inset + index * step),
      y: round(floor - share * (height - 2 * inset)),
    });
  });
  finish();
  return paths;
}

// Where a range of Nagios plugins has its bounds: what to draw lines at. The zero that "10" begins
// with is not said, and is none.
export function boundsOf(range: string | null): number[] {
  if (range === null) return [];
  return range
    .replace(/^@/, '')
    .split(':')
    .filter((part) => part !== '' && part !== '~')
    .map(Number)
    .filter(Number.isFinite);
}

// What the vertical axis spans for these values and lines: a little more than all of them, and zero
// where it is near.
export function spanOf(values: Values, lines: number[]): [number, number] {
  const all = [...values.filter((value): value is number => value !== null), ...lines];
  if (all.length === 0) return [0, 1];
  const low = all.reduce((a, b) => Math.min(a, b));
  const high = all.reduce((a, b) => Math.max(a, b));
  const room = (high - low || Math.abs(high) || 1) * 0.1;
  return [low >= 0 && low <= 3 * room ? 0 : low - room, high + room];
}
