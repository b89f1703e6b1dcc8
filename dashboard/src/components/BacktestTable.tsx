// SPDX-License-Identifier: Apache-2.0
// All figures of a backtest: a column for each way to scale.

import { Fragment } from 'preact';
import { compact, decimal, money, percent } from '../format';
import { useMessages } from '../i18n';
import type { BacktestResult, Way } from '../scaling';

type Format = (value: number, locale: string) => string;

interface Line {
  name: string; // of the messages' figures
  of: (way: Way) => number | null;
  as: Format;
  rare?: boolean; // left out where there is nothing of it
}

const whole: Format = (value, locale) => Math.round(value).toLocaleString(locale);
// The API tells these in per cent already.
const inPercent: Format = (value, locale) => percent(value / 100, locale);

const result = (name: keyof BacktestResult & string, as: Format, rare = false): Line => ({
  name,
  of: ({ result: all }) => (all ? Number(all[name]) : null),
  as,
  rare,
});
const always = (name: 'cost' | 'instance_hours' | 'over' | 'slow' | 'dropped', as: Format): Line => ({
  name,
  of: (way) => way[name],
  as,
});

const kGroups: { name: string; lines: Line[] }[] = [
  {
    name: 'cost',
    lines: [
      always('cost', money),
      result('cost_on_demand', money),
      result('cost_spot', money, true),
      result('cost_booting', money),
      result('cost_draining', money),
      always('instance_hours', whole),
      always('over', compact),
    ],
  },
  {
    name: 'requests',
    lines: [
      always('slow', percent),
      always('dropped', percent),
      result('harmed_share', percent, true),
    ],
  },
  {
    name: 'fleet',
    lines: [
      result('mean_instances', decimal),
      result('peak_instances', whole),
      result('launches', whole),
      result('interruptions', whole, true),
      result('actions_a_day', decimal),
    ],
  },
  {
    name: 'elasticity',
    lines: [
      result('theta_u', inPercent),
      result('theta_o', inPercent),
      result('tau_u', inPercent),
      result('tau_o', inPercent),
      result('instability', inPercent),
    ],
  },
];

function Figures({ line, ways }: { line: Line; ways: Way[] }) {
  const m = useMessages();
  const values = ways.map(line.of);
  if (line.rare && values.every((value) => !value)) return null;
  return (
    <tr data-figure={line.name}>
      <th scope="row" title={m.scaling.figureHints[line.name]}>
        {m.scaling.figures[line.name]}
      </th>
      {values.map((value, index) => (
        <td class={`number ${value ? '' : 'zero'}`} key={ways[index]?.name}>
          {value === null ? m.common.unknownShort : line.as(value, m.locale)}
        </td>
      ))}
    </tr>
  );
}

export function BacktestTable({ ways }: { ways: Way[] }) {
  const m = useMessages();
  return (
    <div class="across">
      <table class="figures-table">
        <caption>{m.scaling.allFigures}</caption>
        <thead>
          <tr>
            <th scope="col" />
            {ways.map((way) => (
              <th
                scope="col"
                class="number"
                key={way.name}
                title={m.scaling.wayHints[way.name]}
                data-way={way.name}
              >
                {m.scaling.ways[way.name] ?? way.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kGroups.map((group) => (
            <Fragment key={group.name}>
              <tr class="group">
                <th scope="rowgroup" colSpan={ways.length + 1}>
                  {m.scaling.groups[group.name]}
                </th>
              </tr>
              {group.lines.map((line) => (
                <Figures key={line.name} line={line} ways={ways} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}
