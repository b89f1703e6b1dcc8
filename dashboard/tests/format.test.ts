// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ago, compact, money, percent, price, span, took } from '../src/format';

const kMinute = 60_000;
const kHour = 60 * kMinute;

test('ages are told in the largest unit that fits, in the reader’s language', () => {
  assert.equal(ago(4_000, 'en-GB', 'just now'), 'just now');
  assert.equal(ago(-30_000, 'en-GB', 'just now'), 'just now');
  assert.match(ago(5 * kMinute + 59_000, 'en-GB', ''), /^5 min\.? ago$/);
  assert.match(ago(47 * kHour, 'en-GB', ''), /^47 hr\.? ago$/);
  assert.match(ago(5 * kMinute, 'ja', 'たった今'), /^5 ?分前$/);
});

test('spans have no direction', () => {
  assert.match(span(3 * 24 * kHour, 'en-GB'), /^3 days$/);
  assert.match(span(2 * kHour, 'ja'), /^2 ?時間$/);
  assert.match(span(-1, 'en-GB'), /^0 secs?$/);
});

test('run times keep the digits that matter', () => {
  assert.equal(took(31.4), '31 ms');
  assert.equal(took(1_240), '1.2 s');
});

test('measured numbers are short', () => {
  assert.equal(compact(0.6123, 'en'), '0.612');
  assert.equal(compact(18_779, 'en'), '18,779');
  assert.equal(compact(1_234_567, 'en'), '1.2M');
  assert.equal(compact(0, 'en'), '0');
});

test('sums and prices keep the digits that matter', () => {
  assert.equal(money(1_234.5, 'en-GB'), '$1,235');
  assert.equal(money(12, 'en-GB'), '$12.00');
  assert.equal(money(412.1, 'ja'), '$412.10');
  assert.equal(price(0.0312, 'en-GB'), '$0.0312');
  assert.equal(price(2.4, 'ja'), '$2.40');
});

test('what is not quite nothing isn’t told as nothing', () => {
  assert.equal(percent(0, 'en-GB'), '0%');
  assert.equal(percent(0.00001, 'en-GB'), '<0.01%');
  assert.equal(percent(0.0083, 'ja'), '0.83%');
  assert.equal(percent(0.1234, 'en-GB'), '12.3%');
});
