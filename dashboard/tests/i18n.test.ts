// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose } from '../src/i18n';
import { en } from '../src/i18n/en';
import { ja } from '../src/i18n/ja';

// Every key with the kind of its value; functions with how many parameters they take at most.
function shape(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [`${path}: ${value.length} texts`];
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`));
  }
  return [`${path}: ${typeof value}`];
}

test('both languages say the same things', () => {
  assert.deepEqual(shape(ja).sort(), shape(en).sort());
});

test('no text is empty, and every function uses what it is given', () => {
  const check = (value: unknown, path: string): void => {
    if (typeof value === 'string') assert.notEqual(value.trim(), '', path);
    if (typeof value === 'function') {
      const given = Array.from({ length: value.length }, (_, index) => 101 + index);
      const text = String(value(...given));
      given.forEach((number) => assert.ok(text.includes(String(number)), `${path}: ${text}`));
    } else if (typeof value === 'object' && value !== null) {
      Object.entries(value).forEach(([key, inner]) => check(inner, `${path}.${key}`));
    }
  };
  check(en, 'en');
  check(ja, 'ja');
});

test('the stored language wins over the browser’s, and English is the last resort', () => {
  assert.equal(choose('ja', ['en-US']), 'ja');
  assert.equal(choose(null, ['fr-FR', 'ja-JP', 'en']), 'ja');
  assert.equal(choose('tlh', ['fr']), 'en');
  assert.equal(choose(null, []), 'en');
});
