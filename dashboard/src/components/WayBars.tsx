// SPDX-License-Identifier: Apache-2.0
// What each way to scale costs against how many requests it lets be slow: two bars a way. The
// numbers stand beside them, so the bars themselves say nothing to those who can't see them.

import { money, percent } from '../format';
import { useMessages } from '../i18n';
import { barOf, kOptimum, type Way } from '../scaling';

interface BarProps {
  value: number;
  most: number;
  look: string;
  line?: number; // where to draw one
}

function Bar({ value, most, look, line }: BarProps) {
  const at = line === undefined ? 0 : barOf(line, most);
  return (
    <svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-track" width="100" height="12" />
      <rect class={look} width={barOf(value, most)} height="12" />
      {line !== undefined && (
        <line
          class="bar-line"
          x1={at}
          x2={at}
          y1="0"
          y2="12"
          vector-effect="non-scaling-stroke"
        />
      )}
    </svg>
  );
}

const look = (way: Way) =>
  ({ livesonic: 'bar-ours', [kOptimum]: 'bar-best' })[way.name] ?? 'bar-other';

export function WayBars({ ways, objective }: { ways: Way[]; objective: number }) {
  const m = useMessages();
  const dearest = Math.max(...ways.map((way) => way.cost));
  const slowest = Math.max(...ways.map((way) => way.slow), 1.25 * objective);
  return (
    <div class="ways" role="table" aria-label={m.scaling.comparison}>
      <div class="way way-heads" role="row">
        <span role="columnheader">{m.scaling.way}</span>
        <span class="way-measure" role="columnheader">
          {m.scaling.groups['cost']}
        </span>
        <span class="way-measure" role="columnheader">
          {m.scaling.figures['slow']}{' '}
          <small>({m.scaling.objective(percent(objective, m.locale))})</small>
        </span>
      </div>
      {ways.map((way) => (
        <div class="way" role="row" key={way.name} data-way={way.name}>
          <span class="way-name" role="rowheader" title={m.scaling.wayHints[way.name]}>
            {m.scaling.ways[way.name] ?? way.name}
            {way.settings && <small class="muted">{way.settings}</small>}
          </span>
          <span class="way-measure" role="cell">
            <Bar value={way.cost} most={dearest} look={look(way)} />
            <span class="number">{money(way.cost, m.locale)}</span>
          </span>
          <span class="way-measure" role="cell">
            <Bar
              value={way.slow}
              most={slowest}
              look={way.slow > objective ? 'bar-over' : look(way)}
              line={objective}
            />
            <span class={`number ${way.slow > objective ? 'level-danger strong' : ''}`}>
              {percent(way.slow, m.locale)}
            </span>
          </span>
        </div>
      ))}
    </div>
  );
}
