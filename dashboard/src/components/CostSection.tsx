// SPDX-License-Identifier: Apache-2.0
// What each cluster's instances have cost, by what they are, and what would have cost less. Nothing
// where the monitor keeps no such account.

import { useEffect, useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { money } from '../format';
import { useMessages } from '../i18n';
import { live } from '../live';
import { useResource } from '../resource';
import { paths } from '../router';
import type { ClusterCosts, CostReport, Costs } from '../scaling';
import { byName } from '../table';
import { RangePicker } from './RangePicker';
import { Waiting } from './Waiting';

const kReported = ['24h', '7d', '30d', '90d'] as const;
type Reported = (typeof kReported)[number];
const kHours: Record<Reported, number> = { '24h': 24, '7d': 168, '30d': 720, '90d': 2_160 };

function read(range: Reported): Promise<CostReport> {
  const now = live.now();
  const from = new Date(now - kHours[range] * 3_600_000);
  return api.costs(from.toISOString(), new Date(now).toISOString());
}


const sum = (clusters: ClusterCosts[], of: (one: ClusterCosts) => number | null | undefined) =>
  clusters.reduce((total, one) => total + (of(one) ?? 0), 0);

function Sums({ costs }: { costs: Costs }) {
  const m = useMessages();
  const unpriced = Math.round(costs.unpriced_hours ?? 0);
  return (
    <>
      <td class="number">
        {unpriced > 0 && (
          <small class="level-watch" title={m.costs.unpricedHint}>
            {m.costs.unpriced(unpriced)}
          </small>
        )}{' '}
        {Math.round(costs.instance_hours).toLocaleString(m.locale)}
      </td>
      <td class="number">
        {costs.usd === null ? m.common.unknownShort : money(costs.usd, m.locale)}
      </td>
    </>
  );
}

function Lines({ costs }: { costs: ClusterCosts }) {
  const m = useMessages();
  return (
    <>
      <tr class="cost-cluster" data-costs={costs.cluster}>
        <th scope="row" colSpan={2}>
          <a href={paths.cluster(costs.cluster)}>{costs.cluster}</a>
        </th>
        <Sums costs={costs} />
      </tr>
      {costs.lines.map((line) => (
        <tr class="cost-line" key={`${line.lifecycle} ${line.type}`}>
          <td>{m.instance.lifecycles[line.lifecycle] ?? line.lifecycle}</td>
          <td class="mono">{line.type}</td>
          <Sums costs={line} />
        </tr>
      ))}
    </>
  );
}

function CostTable({ clusters }: { clusters: ClusterCosts[] }) {
  const m = useMessages();
  const total: Costs = {
    usd: sum(clusters, (one) => one.usd),
    instance_hours: sum(clusters, (one) => one.instance_hours),
    unpriced_hours: sum(clusters, (one) => one.unpriced_hours),
  };
  return (
    <table class="costs">
      <thead>
        <tr>
          <th scope="col">{m.costs.lifecycle}</th>
          <th scope="col">{m.costs.type}</th>
          <th scope="col" class="number">
            {m.costs.hours}
          </th>
          <th scope="col" class="number">
            {m.costs.usd}
          </th>
        </tr>
      </thead>
      <tbody>
        {clusters.map((costs) => (
          <Lines key={costs.cluster} costs={costs} />
        ))}
      </tbody>
      {clusters.length > 1 && (
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              {m.costs.total}
            </th>
            <Sums costs={total} />
          </tr>
        </tfoot>
      )}
    </table>
  );
}

function SavingTable({ clusters }: { clusters: ClusterCosts[] }) {
  const m = useMessages();
  const all = clusters.flatMap(({ cluster, savings }) =>
    savings.map((saving) => ({ ...saving, cluster })),
  );
  if (all.length === 0) return null;
  return (
    <>
      <div class="section-head savings-head">
        <h3>{m.costs.savings}</h3>
        <p class="muted">{m.costs.savingsHint}</p>
      </div>
      <table class="savings">
        <thead>
          <tr>
            <th scope="col">{m.scaling.cluster}</th>
            <th scope="col">{m.costs.way}</th>
            <th scope="col" class="number">
              {m.costs.less}
            </th>
            <th scope="col" class="wide">
              {m.costs.how}
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ cluster, what, usd, how }) => (
            <tr key={`${cluster} ${what}`} data-saving={`${cluster} ${what}`}>
              <th scope="row">
                <a href={paths.cluster(cluster)}>{cluster}</a>
              </th>
              <td>
                {m.costs.ways[what] ?? what}
                <div class="muted narrow-how">{how}</div>
              </td>
              <td class="number strong">{money(usd, m.locale)}</td>
              <td class="wide muted">{how}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Report({ report }: { report: CostReport }) {
  const m = useMessages();
  const clusters = [...report.clusters].sort(
    (a, b) => (b.usd ?? 0) - (a.usd ?? 0) || byName(a.cluster, b.cluster),
  );
  if (clusters.length === 0) return <p class="nothing">{m.costs.none}</p>;
  return (
    <>
      <div class="across">
        <CostTable clusters={clusters} />
      </div>
      <SavingTable clusters={clusters} />
    </>
  );
}

export function CostSection() {
  const m = useMessages();
  const [range, setRange] = useState<Reported>('7d');
  const costs = useResource(`costs ${range}`, () => read(range), () => false);
  // Once it has answered, the section stays while another range is read.
  const [kept, setKept] = useState(false);
  useEffect(() => {
    if (costs.data) setKept(true);
  }, [costs.data]);
  const absent = costs.error instanceof ApiError && costs.error.status === 404;
  if (absent || (!costs.data && !costs.error && !kept)) return null;
  return (
    <section>
      <div class="section-head">
        <h2>{m.costs.title}</h2>
        <RangePicker ranges={kReported} range={range} label={m.costs.title} onPick={setRange} />
      </div>
      {costs.data ? <Report report={costs.data} /> : <Waiting resource={costs} />}
    </section>
  );
}
