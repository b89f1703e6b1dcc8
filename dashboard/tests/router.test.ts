// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  concernsCluster,
  concernsHistory,
  concernsIncidents,
  concernsOverview,
  concernsScaling,
} from '../src/concerns';
import { parse, paths } from '../src/router';

test('every path that a link has leads to its page', () => {
  assert.deepEqual(parse(paths.overview), { page: 'overview' });
  assert.deepEqual(parse(paths.actions), { page: 'actions', action: null });
  assert.deepEqual(parse(paths.action('a1')), { page: 'actions', action: 'a1' });
  assert.deepEqual(parse(paths.scaling), { page: 'scaling', cluster: null });
  assert.deepEqual(parse(paths.scalingOf('a/b')), { page: 'scaling', cluster: 'a/b' });
  assert.deepEqual(parse(paths.cluster('web.v2')), { page: 'cluster', cluster: 'web.v2' });
  assert.deepEqual(parse(paths.instance('a/b', 'i-1')), {
    page: 'instance',
    cluster: 'a/b',
    instance: 'i-1',
  });
  assert.deepEqual(parse('/incidents/'), { page: 'incidents' });
});

test('paths of no page are told as such', () => {
  for (const path of [
    '/clusters',
    '/nothing',
    '/clusters/a/b',
    '/clusters/%E0%A4%A',
    '/domains/x',
    '/scaling/a/b',
    '/actions/a/b',
  ]) {
    assert.deepEqual(parse(path), { page: 'unknown' }, path);
  }
});

test('an event makes only those pages read again that it concerns', () => {
  const event = (kind: string, cluster = 'web') => ({ kind, cluster, subject: '' });
  assert.equal(concernsOverview(event('round')), true);
  assert.equal(concernsOverview(event('readings')), false);
  assert.equal(concernsCluster('web')(event('readings')), true);
  assert.equal(concernsCluster('web')(event('round', 'api')), false);
  assert.equal(concernsCluster('web')(event('services.changed', '')), true);
  assert.equal(concernsHistory('web')(event('readings')), false);
  assert.equal(concernsIncidents(null)(event('incident.closed')), true);
  assert.equal(concernsScaling(null)(event('round')), true);
  assert.equal(concernsScaling('web')(event('action.changed')), true);
  assert.equal(concernsScaling('web')(event('round', 'api')), false);
  assert.equal(concernsScaling('web')(event('readings')), false);
  assert.equal(concernsIncidents('api')(event('incident.closed')), false);
});
