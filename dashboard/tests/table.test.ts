// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fleet } from '../mock/fleet';
import type { Instance } from '../src/api';
import { healthOf, tally } from '../src/health';
import { filtered, sorted, visible } from '../src/table';

function fleet(): { fleet: Fleet; members: Instance[] } {
  const made = new Fleet();
  const cluster = made.add('web', 'web-elb', 'operator', 12, 0.2);
  cluster.members.forEach((member, index) => made.read(cluster, member, 70 + index));
  return { fleet: made, members: cluster.members };
}
const names = (instances: Instance[]) => instances.map((instance) => instance.name);

test('names are ordered as people count', () => {
  const { members } = fleet();
  members.forEach((member, index) => (member.label = member.name = `web-${index + 1}`));
  const order = names(sorted([...members].reverse(), { by: 'name', descending: false }));
  assert.deepEqual(order.slice(0, 3), ['web-1', 'web-2', 'web-3']);
  assert.equal(order[11], 'web-12');
});

test('the worst instances come first, and equal ones keep the order of their names', () => {
  const { fleet: made, members } = fleet();
  const cluster = made.clusters[0];
  const [, second, , fourth, , sixth] = members;
  assert.ok(cluster && second && fourth && sixth);
  made.fail(second, 'nginx');
  made.read(cluster, fourth, null);
  made.read(cluster, sixth, 12);
  const order = names(sorted(members, { by: 'state', descending: false }));
  assert.deepEqual(order.slice(0, 5), ['web-04', 'web-06', 'web-02', 'web-01', 'web-03']);
});

test('instances without a score come last, whichever the direction', () => {
  const { fleet: made, members } = fleet();
  const cluster = made.clusters[0];
  const [first] = members;
  assert.ok(cluster && first);
  made.read(cluster, first, null);
  for (const descending of [false, true]) {
    assert.equal(names(sorted(members, { by: 'score', descending })).pop(), 'web-01');
  }
});

test('every word of the filter must be found somewhere', () => {
  const { members } = fleet();
  const [third] = members.slice(2);
  assert.ok(third);
  assert.deepEqual(names(filtered(members, third.id.toUpperCase())), ['web-03']);
  assert.deepEqual(names(filtered(members, 'web-03 team=platform')), ['web-03']);
  assert.equal(filtered(members, 'web-03 nothing').length, 0);
  assert.equal(filtered(members, '  ').length, 12);
});

test('only the rows in view and a few around them are drawn', () => {
  assert.deepEqual(visible(300, 960, 48, 5_000), { first: 0, end: 24 });
  const { first, end } = visible(-48_000, 960, 48, 5_000);
  assert.ok(first <= 1_000 && end >= 1_020 && end - first < 60);
  assert.deepEqual(visible(-1e9, 960, 48, 5_000), { first: 5_000, end: 5_000 });
  assert.deepEqual(visible(0, 960, 48, 0), { first: 0, end: 0 });
});

test('a check that could not be made counts as unknown, not as failing', () => {
  const { fleet: made, members } = fleet();
  const [first, second, third] = members;
  const [nginx] = made.services;
  assert.ok(first && second && third && nginx);
  made.fail(first, 'nginx');
  const check = second.checks.find((one) => one.service === 'nginx');
  assert.ok(check);
  check.outcome = 'not_run';
  third.checks = [];
  assert.deepEqual(tally(nginx, members), { ok: 9, failing: 1, unknown: 2 });
  assert.equal(healthOf(first), 'failing');
  assert.equal(healthOf(second), 'ok');
  check.outcome = 'timed_out';
  assert.equal(healthOf(second), 'failing');
});
