// SPDX-License-Identifier: Apache-2.0
// What a cluster's policy would have done with the load of the last days and weeks, and at what
// cost, beside other ways to scale.

import { useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { useAnswer } from '../asked';
import { compact, dateTime, money, percent, price, span } from '../format';
import { useMessages } from '../i18n';
import type { Resource } from '../resource';
import { waysOf, type Backtest } from '../scaling';
import { BacktestTable } from './BacktestTable';
import { Icon } from './Icon';
import { RangePicker } from './RangePicker';
import { Waiting } from './Waiting';
import { WayBars } from './WayBars';

const kReplayed = ['7d', '30d', '90d'] as const;
type Replayed = (typeof kReplayed)[number];
const kDays: Record<Replayed, number> = { '7d': 7, '30d': 30, '90d': 90 };

const kMinute = 60_000;

function Verdict({ backtest }: { backtest: Backtest }) {
  const m = useMessages();
  const [ours] = backtest.results;
  if (!ours) return null;
  const most = backtest.fleet.slow_at_most;
  const kept = ours.slow_share <= most;
  return (
    <p class="verdict" data-kept={kept}>
      <span class={`tag level-${kept ? 'good' : 'watch'}`}>
        <Icon name={kept ? 'ok' : 'warning'} />
        {kept ? m.scaling.kept : m.scaling.missed}
      </span>
      <span>
        {m.scaling.verdict(
          money(ours.cost, m.locale),
          compact(ours.cost_over_clairvoyant, m.locale),
          percent(ours.slow_share, m.locale),
          percent(most, m.locale),
        )}
      </span>
    </p>
  );
}

// What one must know to believe the figures.
function Notes({ backtest, range }: { backtest: Backtest; range: Replayed }) {
  const m = useMessages();
  const { trace, fleet, never_within_objective: never = [] } = backtest;
  const replayed = trace.minutes * kMinute;
  const short = replayed < 0.95 * kDays[range] * 24 * 60 * kMinute;
  const ways = never.map((way) => m.scaling.ways[way] ?? way);
  const reckoned = fleet.spot_pools > 0 ? m.scaling.reckonedSpot : m.scaling.reckoned;
  const list = new Intl.ListFormat(m.locale, { type: 'disjunction' }).format(ways);
  return (
    <p class="muted notes">
      {short && (
        <span>{m.scaling.fromOnly(dateTime(trace.begin, m.locale), span(replayed, m.locale))} </span>
      )}
      {trace.filled_steps > 0 && <span>{m.scaling.filled(trace.filled_steps)} </span>}
      <span>{reckoned(price(fleet.on_demand_price, m.locale))} </span>
      <span>{m.scaling.favoured} </span>
      {ways.length > 0 && <span>{m.scaling.never(list)}</span>}
    </p>
  );
}

function Absent({ cluster, replay, range }: {
  cluster: string;
  replay: Resource<Backtest>;
  range: Replayed;
}) {
  const m = useMessages();
  const { error } = replay;
  if (!error) {
    return (
      <p class="waiting" role="status">
        {m.scaling.replaying(m.cluster.ranges[range] ?? range)}
      </p>
    );
  }
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 409) return <p class="nothing">{m.scaling.tooShort(cluster)}</p>;
  if (status === 404) return <p class="nothing">{m.scaling.noPolicy(cluster)}</p>;
  return <Waiting resource={replay} />;
}

export function BacktestPanel({ cluster }: { cluster: string }) {
  const m = useMessages();
  const [range, setRange] = useState<Replayed>('30d');
  const replay = useAnswer(`${cluster} ${range}`, () => api.backtest(cluster, range));
  const { data } = replay;
  return (
    <div class="backtest" data-backtest={cluster}>
      <div class="section-head">
        <h3>
          {cluster}: {m.scaling.lastWith(m.cluster.ranges[range] ?? range)}
        </h3>
        <RangePicker
          ranges={kReplayed}
          range={range}
          label={m.scaling.replay}
          onPick={setRange}
        />
      </div>
      {!data && <Absent cluster={cluster} replay={replay} range={range} />}
      {data && (
        <>
          <Verdict backtest={data} />
          <WayBars ways={waysOf(data)} objective={data.fleet.slow_at_most} />
          <BacktestTable ways={waysOf(data)} />
          <Notes backtest={data} range={range} />
        </>
      )}
    </div>
  );
}
