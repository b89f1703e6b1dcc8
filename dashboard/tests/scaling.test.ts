// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backtest } from '../mock/scaling';
import { barOf, isActionId, kOptimum, waysOf } from '../src/scaling';

test('the optimum stands beside the other ways, slow for nobody', () => {
  const ways = waysOf(backtest(30));
  assert.deepEqual(
    ways.map((way) => way.name),
    ['livesonic', 'asg', 'static', kOptimum],
  );
  const optimum = ways.at(-1);
  assert.equal(optimum?.over, 1);
  assert.equal(optimum?.slow, 0);
  assert.ok(ways.every((way) => way.cost >= (optimum?.cost ?? Infinity)));
});

test('a bar shows even a little, and nothing of nothing', () => {
  assert.equal(barOf(0, 10), 0);
  assert.equal(barOf(5, 10), 50);
  assert.equal(barOf(0.001, 10), 0.8);
  assert.equal(barOf(20, 10), 100);
  assert.equal(barOf(1, 0), 0);
  assert.equal(barOf(Number.NaN, 10), 0);
});

test('only what looks like an action’s id leads to one', () => {
  assert.ok(isActionId('0123456789abcdef0123456789abcdef'));
  assert.ok(!isActionId(''));
  assert.ok(!isActionId('the group web-asg is not known'));
});
