// SPDX-License-Identifier: Apache-2.0
// When to read something again: soon after news, never twice at once, and never so often that
// reading becomes a burden on the monitor. Knows nothing about what is read.

export interface Timers {
  now(): number; // ms
  set(after: number, run: () => void): number;
  clear(timer: number): void;
}

export const kSettle = 250; // ms: news comes in bursts, and one reading answers them all
export const kShare = 5; // pause at least so many times as long as the last reading took
export const kLongestPause = 20_000; // ms

export class Reloader {
  private running = false;
  private wanted = false;
  private stopped = false;
  private timer: number | null = null;
  private readyAt = 0;

  // `load` must settle, whatever happens. `fallback` says after how many ms to read without news.
  constructor(
    private readonly load: () => Promise<void>,
    private readonly fallback: () => number,
    private readonly timers: Timers,
  ) {}

  // There is news.
  soon(): void {
    if (this.stopped) return;
    if (this.running) {
      this.wanted = true;
      return;
    }
    const at = Math.max(this.timers.now() + kSettle, this.readyAt);
    this.schedule(at, this.wanted);
    this.wanted = true;
  }

  // Somebody is waiting.
  async now(): Promise<void> {
    if (this.stopped) return;
    if (this.running) {
      this.wanted = true;
      return;
    }
    this.unschedule();
    this.running = true;
    this.wanted = false;
    const began = this.timers.now();
    await this.load();
    const ended = this.timers.now();
    this.running = false;
    this.readyAt = ended + Math.min(kLongestPause, (ended - began) * kShare);
    if (this.stopped) return;
    if (this.wanted) {
      this.wanted = false;
      this.soon();
    } else {
      this.schedule(ended + this.fallback(), false);
    }
  }

  stop(): void {
    this.stopped = true;
    this.unschedule();
  }

  private schedule(at: number, keepEarlier: boolean): void {
    if (keepEarlier && this.timer !== null) return;
    this.unschedule();
    this.timer = this.timers.set(Math.max(0, at - this.timers.now()), () => {
      this.timer = null;
      void this.now();
    });
  }

  private unschedule(): void {
    if (this.timer !== null) this.timers.clear(this.timer);
    this.timer = null;
  }
}
