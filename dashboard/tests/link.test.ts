// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kFresh, stateOf, step, type Happening } from '../src/link';

const after = (...what: Happening[]) => stateOf(what.reduce(step, kFresh));

test('a page is live while the stream is open', () => {
  assert.equal(after(), 'connecting');
  assert.equal(after({ type: 'stream-opened', at: 1 }), 'live');
});

test('without the stream, answers alone make it poll', () => {
  assert.equal(after({ type: 'answered', at: 1 }), 'polling');
  assert.equal(
    after({ type: 'stream-opened', at: 1 }, { type: 'stream-closed' }, { type: 'answered', at: 2 }),
    'polling',
  );
});

test('a closed stream and no answer mean that the monitor is lost', () => {
  const dead: Happening[] = [
    { type: 'stream-opened', at: 1 },
    { type: 'stream-closed' },
    { type: 'no-answer' },
  ];
  assert.equal(after(...dead), 'lost');
  assert.equal(after(...dead, { type: 'answered', at: 9 }), 'polling');
});

test('a monitor that hangs with its stream open is lost at the second missing answer', () => {
  const open: Happening = { type: 'stream-opened', at: 1 };
  assert.equal(after(open, { type: 'no-answer' }), 'live');
  assert.equal(after(open, { type: 'no-answer' }, { type: 'no-answer' }), 'lost');
  assert.equal(after(open, { type: 'no-answer' }, { type: 'event', at: 2 }), 'live');
});
