// SPDX-License-Identifier: Apache-2.0
// The instances of a cluster: filter, order, and only as many rows in the document as can be seen.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Instance } from '../api';
import { useMessages } from '../i18n';
import { filtered, sorted, visible, type Column, type Order, type Window } from '../table';
import { Icon } from './Icon';
import { InstanceRow } from './InstanceRow';

const kRowHeight = 48; // px; table.css says the same
const kAllAtOnce = 150; // so many rows are simply drawn

interface Props {
  instances: Instance[];
  empty: string;
  children?: ComponentChildren; // further controls
}

export function InstanceTable({ instances, empty, children }: Props) {
  const m = useMessages();
  const [query, setQuery] = useState('');
  const [order, setOrder] = useState<Order>({ by: 'state', descending: false });
  const rows = useMemo(() => sorted(filtered(instances, query), order), [instances, query, order]);
  const body = useRef<HTMLTableSectionElement>(null);
  const range = useWindow(body, rows.length);

  const columns: [Column | null, string, string][] = [
    ['score', m.score.name, 'col-score'],
    ['state', m.instances.state, 'col-state'],
    ['name', m.instances.name, 'col-name'],
    [null, m.instances.checks, 'col-checks'],
    ['balancer', m.instances.balancer, 'col-balancer wide'],
    ['ec2', m.instances.ec2, 'col-ec2 wider'],
    ['type', m.instances.type, 'col-type wide'],
    ['zone', m.instances.zone, 'col-zone wider'],
    [null, m.instances.address, 'col-address widest'],
    ['age', m.instances.age, 'col-age wide number'],
  ];
  const sort = (by: Column) =>
    setOrder((before) => ({ by, descending: before.by === by && !before.descending }));

  return (
    <>
      <div class="toolbar">
        <input
          type="search"
          name="filter"
          aria-label={m.instances.filter}
          placeholder={m.instances.filterHint}
          value={query}
          spellcheck={false}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        <span class="muted" role="status">
          {m.instances.shown(rows.length, instances.length)}
        </span>
        <span class="spring" />
        {children}
      </div>
      <table class="instances" aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(([by, title, style]) => (
              <th
                key={title}
                scope="col"
                class={style}
                aria-sort={
                  by && order.by === by
                    ? order.descending
                      ? 'descending'
                      : 'ascending'
                    : undefined
                }
              >
                {by === null ? (
                  title
                ) : (
                  <button type="button" title={m.instances.sortBy(title)} onClick={() => sort(by)}>
                    {title}
                    {order.by === by && <Icon name={order.descending ? 'down' : 'up'} />}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Filler rows={range.first} columns={columns.length} />
          {rows.slice(range.first, range.end).map((instance, index) => (
            <InstanceRow key={instance.id} instance={instance} row={range.first + index + 2} />
          ))}
          <Filler rows={rows.length - range.end} columns={columns.length} />
        </tbody>
      </table>
      {rows.length === 0 && <p class="nothing">{query ? m.instances.noMatch : empty}</p>}
    </>
  );
}

// Takes the place of the rows that are not drawn.
function Filler({ rows, columns }: { rows: number; columns: number }) {
  if (rows <= 0) return null;
  return (
    <tr class="filler" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${rows * kRowHeight}px` }} />
    </tr>
  );
}

function useWindow(body: { current: HTMLElement | null }, count: number): Window {
  const whole = count <= kAllAtOnce;
  const [range, setRange] = useState<Window>({ first: 0, end: kAllAtOnce });
  useLayoutEffect(() => {
    if (whole) return;
    let frame = 0;
    const measure = () => {
      frame = 0;
      if (!body.current) return;
      const top = body.current.getBoundingClientRect().top;
      const next = visible(top, window.innerHeight, kRowHeight, count);
      setRange((before) =>
        before.first === next.first && before.end === next.end ? before : next,
      );
    };
    const onScroll = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    window.addEventListener('scroll', onScroll, { passive: true });
    window.addEventListener('resize', onScroll);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', onScroll);
      window.removeEventListener('resize', onScroll);
    };
  }, [whole, count]);
  if (whole) return { first: 0, end: count };
  return { first: Math.min(range.first, count), end: Math.min(range.end, count) };
}
