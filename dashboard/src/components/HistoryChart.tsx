// SPDX-License-Identifier: Apache-2.0
// Scores over time on a canvas, with the band from lowest to highest where there is one. Owns its
// uPlot, which is made anew when the page's colours or language change.

import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { compact, decimal } from '../format';
import { useMessages } from '../i18n';
import { spanOf, type Series } from '../series';

export interface Span {
  from: number; // s since 1970
  to: number;
}

export const kNoSpans: Span[] = []; // always the same, so that nothing is drawn anew for it

// What is drawn where it is no score.
export interface Measure {
  name: string;
  unit: string;
  lines: { at: number; level: 'watch' | 'danger' }[]; // thresholds
}

interface Props {
  label: string;
  series: Series; // values: the score, and for a cluster its minimum and maximum
  measure?: Measure;
  from: number; // s since 1970
  to: number;
  spans: Span[]; // incidents, shaded
}

const kHeight = 220;
const kDay = 86_400;

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function timeLabels(locale: string) {
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
  return (_: uPlot, ticks: number[]) => {
    const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
    return ticks.map((tick) => {
      const date = new Date(tick * 1_000);
      const midnight = date.getHours() === 0 && date.getMinutes() === 0;
      return step >= kDay || midnight ? day.format(date) : clock.format(date);
    });
  };
}

function shade(chart: uPlot, spans: Span[]): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.fillStyle = colour('--chart-incident');
  for (const span of spans) {
    const left = Math.max(bbox.left, chart.valToPos(span.from, 'x', true));
    const right = Math.min(bbox.left + bbox.width, chart.valToPos(span.to, 'x', true));
    if (right > left) ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
  }
  ctx.restore();
}

function drawLines(chart: uPlot, lines: Measure['lines']): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.setLineDash([6, 4]);
  ctx.lineWidth = 1.5;
  for (const line of lines) {
    const y = chart.valToPos(line.at, 'y', true);
    ctx.strokeStyle = colour(line.level === 'danger' ? '--danger-soft' : '--watch-soft');
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

function axis(values: NonNullable<uPlot.Axis['values']>, size: number): uPlot.Axis {
  const style = getComputedStyle(document.body);
  return {
    stroke: colour('--muted'),
    grid: { stroke: colour('--chart-grid'), width: 1 },
    ticks: { show: false },
    font: `12px ${style.fontFamily}`,
    size,
    gap: 6,
    values,
  };
}

export function HistoryChart({ label, series, measure, from, to, spans }: Props) {
  const m = useMessages();
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const shown = useRef({ from, to, spans, series, measure });
  shown.current = { from, to, spans, series, measure };
  const [at, setAt] = useState<number | null>(null);
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const banded = series.values.length > 1;
  const measured = measure !== undefined;

  useEffect(() => {
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setDark(scheme.matches);
    scheme.addEventListener('change', follow);
    return () => scheme.removeEventListener('change', follow);
  }, []);

  const data = () => [series.at, ...series.values] as uPlot.AlignedData;
  useEffect(() => {
    const parent = holder.current;
    if (!parent) return;
    const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
    const line: uPlot.Series = { stroke: colour('--accent'), width: 2, points: { size: 4 } };
    const options: uPlot.Options = {
      width: parent.clientWidth,
      height: kHeight,
      padding: [10, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { range: () => [shown.current.from, shown.current.to] },
        y: {
          range: () =>
            shown.current.measure
              ? spanOf(
                  shown.current.series.values[0] ?? [],
                  shown.current.measure.lines.map((one) => one.at),
                )
              : [0, 100],
        },
      },
      axes: [
        axis(timeLabels(m.locale), 28),
        measured
          ? axis((_, ticks) => ticks.map((tick) => compact(tick, m.locale)), 56)
          : { ...axis((_, ticks) => ticks.map(String), 34), splits: [0, 20, 40, 60, 80, 100] },
      ],
      series: banded ? [{}, line, edge, edge] : [{}, line],
      bands: banded ? [{ series: [3, 2], fill: colour('--chart-band') }] : [],
      hooks: {
        drawClear: [
          (self) => shade(self, shown.current.spans),
          (self) => drawLines(self, shown.current.measure?.lines ?? []),
        ],
        setCursor: [(self) => setAt(self.cursor.idx ?? null)],
      },
    };
    const made = new uPlot(options, data(), parent);
    chart.current = made;
    const resize = new ResizeObserver(() => {
      made.setSize({ width: parent.clientWidth, height: kHeight });
    });
    resize.observe(parent);
    return () => {
      resize.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [m.locale, dark, banded, measured]);

  useEffect(() => {
    chart.current?.setData(data());
  }, [series, from, to, spans]);

  const index = at ?? series.at.length - 1;
  const time = series.at[index];
  const [score, min, max] = series.values.map((values) => values[index]);
  const text = (value: number | null | undefined) => {
    if (value === null || value === undefined) return m.common.unknownShort;
    return measure ? `${compact(value, m.locale)} ${measure.unit}` : decimal(value, m.locale);
  };
  const whole = (value: number | null | undefined) =>
    value === null || value === undefined ? m.common.unknownShort : Math.round(value);
  const when = new Intl.DateTimeFormat(m.locale, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (
    <figure class="chart" aria-label={label}>
      <figcaption>
        <span class="key key-line">
          {measure?.name ?? (banded ? m.score.mean : m.score.name)} <b>{text(score)}</b>
        </span>
        {banded && (
          <span class="key key-band">
            {m.cluster.band}{' '}
            <b>
              {whole(min)} – {whole(max)}
            </b>
          </span>
        )}
        {measure?.lines.some((line) => line.level === 'watch') && (
          <span class="key key-warning">{m.status.warning}</span>
        )}
        {measure?.lines.some((line) => line.level === 'danger') && (
          <span class="key key-critical">{m.status.critical}</span>
        )}
        {spans.length > 0 && <span class="key key-incident">{m.cluster.incidentBand}</span>}
        {time !== undefined && <span class="chart-time">{when.format(time * 1_000)}</span>}
      </figcaption>
      <div ref={holder} class="chart-canvas" />
    </figure>
  );
}
