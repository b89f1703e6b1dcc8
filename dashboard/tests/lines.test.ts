// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from '../src/lines';

test('each line that says something counts, whatever is around it', () => {
  assert.deepEqual(linesOf(' cluster=web \r\n\n\ttag:Cost Center=7\n'), [
    'cluster=web',
    'tag:Cost Center=7',
  ]);
  assert.deepEqual(linesOf(' \n'), []);
});
