// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundsOf, spanOf, toSeries, trendPaths } from '../src/series';

const minute = (index: number, score: number) => ({
  at: new Date(index * 60_000).toISOString(),
  score,
});

test('a pause in the readings breaks the line', () => {
  const points = [0, 1, 2, 3, 10, 11].map((index) => minute(index, 50 + index));
  const { at, values } = toSeries(points, [(point) => point.score]);
  assert.deepEqual(values, [[50, 51, 52, 53, null, 60, 61]]);
  assert.deepEqual(at, [0, 60, 120, 180, 390, 600, 660]);
});

test('uneven readings are no pause, and neither is a single one', () => {
  const points = [0, 1, 3, 4, 6].map((index) => minute(index, 80));
  assert.deepEqual(toSeries(points, [(point) => point.score]).values, [[80, 80, 80, 80, 80]]);
  assert.deepEqual(toSeries([minute(5, 1)], [(point) => point.score]).values, [[1]]);
  assert.deepEqual(toSeries([] as { at: string; score: number }[], [(p) => p.score]).at, []);
});

test('a changed poll interval is no pause', () => {
  const slow = [0, 10, 20, 30].map((index) => minute(index, 80));
  const quick = [31, 32, 33, 34, 35, 36].map((index) => minute(index, 80));
  const { values } = toSeries([...slow, ...quick], [(point) => point.score]);
  assert.ok(!values[0]?.includes(null));
});

test('a trend has one stroke for each run of values', () => {
  const { line, area, last } = trendPaths([0, 100, null, 50], 102, 52, 1);
  assert.equal(line, 'M1 51L34.3 1M101 26h0');
  assert.equal(area, 'M1 51L34.3 1L34.3 51L1 51Z');
  assert.deepEqual(last, { x: 101, y: 26 });
});

test('a trend of nothing draws nothing', () => {
  assert.deepEqual(trendPaths([null, null], 100, 50, 1), { line: '', area: '', last: null });
  assert.equal(trendPaths([], 100, 50, 1).line, '');
});

test('a line is drawn at each bound that a range names', () => {
  assert.deepEqual(boundsOf('10'), [10]);
  assert.deepEqual(boundsOf('10:'), [10]);
  assert.deepEqual(boundsOf('~:10'), [10]);
  assert.deepEqual(boundsOf('@-1.5:20'), [-1.5, 20]);
  assert.deepEqual(boundsOf(null), []);
  assert.deepEqual(boundsOf('x:y'), []);
});

test('the axis spans values and thresholds, from zero where that is near', () => {
  assert.deepEqual(spanOf([1, null, 10], []), [0, 10.9]);
  assert.deepEqual(spanOf([100, 110], [200]), [90, 210]);
  assert.deepEqual(spanOf([], []), [0, 1]);
  const [low, high] = spanOf([5, 5], []);
  assert.ok(low < 5 && high > 5);
});
