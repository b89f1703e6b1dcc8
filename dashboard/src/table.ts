// SPDX-License-Identifier: Apache-2.0
// Order, filter and windowing of long tables. Pure.

import type { Instance } from './api';
import { healthOf, severity } from './health';

export type Column = 'state' | 'score' | 'name' | 'balancer' | 'ec2' | 'type' | 'zone' | 'age';
export interface Order {
  by: Column;
  descending: boolean;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
export const byName = (a: string, b: string): number => collator.compare(a, b);

type Comparison = (a: Instance, b: Instance) => number;
const label: Comparison = (a, b) => byName(a.label, b.label) || byName(a.id, b.id);

// What has no value comes last, whichever the direction.
function valued(value: (instance: Instance) => number | null, sign: number): Comparison {
  return (a, b) => {
    const left = value(a);
    const right = value(b);
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left - right);
  };
}

function comparison(by: Column, sign: number): Comparison {
  const text = (value: (instance: Instance) => string): Comparison => {
    return (a, b) => sign * byName(value(a), value(b));
  };
  switch (by) {
    case 'state':
      return (a, b) => sign * (severity(healthOf(a)) - severity(healthOf(b)));
    case 'score':
      return valued((instance) => instance.score?.score ?? null, sign);
    case 'age':
      return valued((one) => (one.launched_at ? -Date.parse(one.launched_at) : null), sign);
    case 'name':
      return (a, b) => sign * label(a, b);
    case 'balancer':
      return text((instance) => instance.balancer.state);
    case 'ec2':
      return text((instance) => instance.ec2_state);
    case 'type':
      return text((instance) => `${instance.type} ${instance.lifecycle}`);
    case 'zone':
      return text((instance) => instance.availability_zone);
  }
}

export function sorted(instances: Instance[], order: Order): Instance[] {
  const compare = comparison(order.by, order.descending ? -1 : 1);
  return [...instances].sort((a, b) => compare(a, b) || label(a, b));
}

function words(instance: Instance): string {
  const tags = Object.entries(instance.tags).map(([key, value]) => `${key}=${value}`);
  return [
    instance.id,
    instance.name,
    instance.public_dns,
    instance.private_dns,
    instance.public_ip,
    instance.private_ip,
    instance.availability_zone,
    instance.type,
    instance.lifecycle,
    instance.ec2_state,
    instance.balancer.state,
    instance.image_id,
    ...tags,
  ]
    .join(' ')
    .toLowerCase();
}

// Those that have every word of `query` somewhere in their name, id, addresses, tags, …
export function filtered(instances: Instance[], query: string): Instance[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return instances;
  return instances.filter((instance) => {
    const text = words(instance);
    return wanted.every((word) => text.includes(word));
  });
}

export interface Window {
  first: number;
  end: number; // one past the last
}

// The rows to draw when the table's first row is `top` px below the top of the view.
export function visible(top: number, view: number, row: number, count: number): Window {
  const overscan = Math.ceil(view / row / 2);
  const first = Math.floor(-top / row) - overscan;
  const end = Math.ceil((view - top) / row) + overscan;
  const within = (index: number) => Math.min(count, Math.max(0, index));
  return { first: within(first), end: within(end) };
}
