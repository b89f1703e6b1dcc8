// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kLongestPause, kSettle, kShare, Reloader, type Timers } from '../src/reloader';

// Time that passes when told to.
class FakeTimers implements Timers {
  time = 0;
  private next = 1;
  private readonly waiting = new Map<number, { at: number; run: () => void }>();

  now = () => this.time;
  set = (after: number, run: () => void) => {
    this.waiting.set(this.next, { at: this.time + after, run });
    return this.next++;
  };
  clear = (timer: number) => void this.waiting.delete(timer);

  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      const due = [...this.waiting].filter(([, { at }]) => at <= until);
      const [first] = due.sort(([, a], [, b]) => a.at - b.at);
      if (!first) break;
      this.waiting.delete(first[0]);
      this.time = first[1].at;
      first[1].run();
      await settled();
    }
    this.time = until;
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function fixture(takes = 0) {
  const timers = new FakeTimers();
  const began: number[] = [];
  const load = async () => {
    began.push(timers.time);
    timers.time += takes;
  };
  return { timers, began, reloader: new Reloader(load, () => 60_000, timers) };
}

test('a burst of news is answered by one reading', async () => {
  const { timers, began, reloader } = fixture();
  for (let count = 0; count < 100; ++count) reloader.soon();
  await timers.pass(kSettle);
  assert.deepEqual(began, [kSettle]);
});

test('steady news is read steadily, not put off for ever', async () => {
  const { timers, began, reloader } = fixture();
  for (let count = 0; count < 20; ++count) {
    reloader.soon();
    await timers.pass(kSettle / 2);
  }
  assert.ok(began.length >= 6, `${began.length} readings`);
});

test('the slower the reading, the longer the pause after it', async () => {
  const { timers, began, reloader } = fixture(1_000);
  await reloader.now();
  reloader.soon();
  await timers.pass(1_000 * kShare - 1);
  assert.equal(began.length, 1);
  await timers.pass(1);
  assert.equal(began.length, 2);
});

test('news during a reading is read afterwards, not at the same time', async () => {
  const timers = new FakeTimers();
  let running = 0;
  let most = 0;
  let finish = () => {};
  let count = 0;
  const reloader = new Reloader(
    async () => {
      most = Math.max(most, ++running);
      count += 1;
      await new Promise<void>((resolve) => (finish = resolve));
      running -= 1;
    },
    () => 60_000,
    timers,
  );
  void reloader.now();
  reloader.soon();
  void reloader.now();
  await timers.pass(5_000);
  assert.equal(count, 1);
  finish();
  await settled();
  await timers.pass(kLongestPause);
  assert.equal(count, 2);
  assert.equal(most, 1);
});

test('without news it is read now and then, and news comes before that', async () => {
  const { timers, began, reloader } = fixture();
  await reloader.now();
  await timers.pass(60_000);
  assert.deepEqual(began, [0, 60_000]);
  reloader.soon();
  await timers.pass(kSettle);
  assert.deepEqual(began, [0, 60_000, 60_000 + kSettle]);
});

test('once stopped, nothing is read', async () => {
  const { timers, began, reloader } = fixture();
  reloader.soon();
  reloader.stop();
  reloader.soon();
  await timers.pass(120_000);
  assert.deepEqual(began, []);
});
