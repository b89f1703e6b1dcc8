// SPDX-License-Identifier: Apache-2.0
// The markets in which a cluster's spot instances are bought, those that it has instances in first.

import { percent, price } from '../format';
import { useMessages } from '../i18n';
import type { SpotPool } from '../scaling';
import { byName } from '../table';
import { Icon } from './Icon';

const inOrder = (pools: SpotPool[]) =>
  [...pools].sort(
    (a, b) => b.owned - a.owned || a.price - b.price || byName(a.type + a.zone, b.type + b.zone),
  );

function Row({ pool }: { pool: SpotPool }) {
  const m = useMessages();
  const full = pool.on_demand_price;
  return (
    <tr data-pool={`${pool.type} ${pool.zone}`}>
      <th scope="row" class="mono">
        {pool.type}
      </th>
      <td>{pool.zone}</td>
      <td class={`number ${pool.owned > 0 ? 'strong' : 'zero'}`}>{pool.owned}</td>
      <td class="number">{price(pool.price, m.locale)}</td>
      <td class="number wide">{full > 0 ? price(full, m.locale) : m.common.unknownShort}</td>
      <td class="number">
        {full > 0 ? percent(Math.round(100 * (1 - pool.price / full)) / 100, m.locale) : m.common.unknownShort}
      </td>
      <td class="number wide">{percent(pool.interrupted, m.locale)}</td>
      <td>
        {pool.barred ? (
          <span class="tag level-watch" title={m.scaling.pool.barredHint}>
            <Icon name="warning" />
            {m.scaling.pool.barred}
          </span>
        ) : (
          <span class="tag level-good">
            <Icon name="ok" />
            {m.scaling.pool.usable}
          </span>
        )}
      </td>
    </tr>
  );
}

export function PoolTable({ pools }: { pools: SpotPool[] }) {
  const m = useMessages();
  if (pools.length === 0) return null;
  return (
    <details class="pools">
      <summary>{m.scaling.pools(pools.length)}</summary>
      <div class="across">
        <table>
          <thead>
            <tr>
              <th scope="col">{m.scaling.pool.type}</th>
              <th scope="col">{m.scaling.pool.zone}</th>
              <th scope="col" class="number">
                {m.scaling.pool.owned}
              </th>
              <th scope="col" class="number">
                {m.scaling.pool.price}
              </th>
              <th scope="col" class="number wide">
                {m.scaling.pool.onDemand}
              </th>
              <th scope="col" class="number">
                {m.scaling.pool.saving}
              </th>
              <th scope="col" class="number wide">
                {m.scaling.pool.interrupted}
              </th>
              <th scope="col">{m.scaling.pool.state}</th>
            </tr>
          </thead>
          <tbody>
            {inOrder(pools).map((pool) => (
              <Row key={`${pool.type} ${pool.zone}`} pool={pool} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
