// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kRules } from '../mock/rules';
import { condition, lasting } from '../src/components/RuleTable';
import { en } from '../src/i18n/en';
import { ja } from '../src/i18n/ja';

const [plain, capacity] = kRules as [(typeof kRules)[0], (typeof kRules)[0]];

test('a rule is told in words', () => {
  assert.equal(condition(plain, en), 'the score is below 40');
  assert.equal(condition(capacity, en), 'the capacity is below 60 %, until it is 75');
  assert.equal(condition(capacity, ja), '能力が 60 % 未満（75 に戻るまで）');
  assert.equal(
    condition({ ...plain, kind: 'service', services: ['nginx', 'disk'] }, en),
    'a service is not as expected: nginx and disk',
  );
});

test('a burn rate says how fast, and over what', () => {
  const burn_rate = {
    objective: 99.5,
    factor: 14.4,
    long_window_ms: 3_600_000,
    short_window_ms: 300_000,
  };
  assert.equal(
    condition({ ...plain, kind: 'burn_rate', burn_rate }, en),
    'the mean score is below 40 too often: 14.4 times too fast for 99.5 %, over 1 hr and 5 mins',
  );
});

test('how long it must last is a time, a number of polls, or both', () => {
  assert.equal(lasting(0, 1, en), '1 poll');
  assert.equal(lasting(120_000, 1, en), '2 mins');
  assert.equal(lasting(120_000, 3, en), '2 mins, 3 polls');
});

test('a kind that this page does not know is told by its name', () => {
  assert.equal(condition({ ...plain, kind: 'odd' }, en), 'odd');
});
