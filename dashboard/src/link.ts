// SPDX-License-Identifier: Apache-2.0
// What is known about the connection to the monitor. Pure: live.ts tells what happened.

// live: events arrive. polling: the monitor answers, but the event stream is down.
// lost: it doesn't answer, and what is on the screen grows old.
export type LinkState = 'connecting' | 'live' | 'polling' | 'lost';

export interface Link {
  streaming: boolean;
  answeredAt: number | null; // of the last sign of life, in ms
  failures: number; // requests in a row without an answer
}

export type Happening =
  | { type: 'stream-opened'; at: number }
  | { type: 'stream-closed' }
  | { type: 'event'; at: number }
  | { type: 'answered'; at: number }
  | { type: 'no-answer' };

export const kFresh: Link = { streaming: false, answeredAt: null, failures: 0 };

export function step(link: Link, what: Happening): Link {
  switch (what.type) {
    case 'stream-opened':
      return { streaming: true, answeredAt: what.at, failures: 0 };
    case 'stream-closed':
      return { ...link, streaming: false };
    case 'event':
    case 'answered':
      return { ...link, answeredAt: what.at, failures: 0 };
    case 'no-answer':
      return { ...link, failures: link.failures + 1 };
  }
}

export function stateOf(link: Link): LinkState {
  // With the stream still up, a single slow answer is no proof.
  if (link.failures >= (link.streaming ? 2 : 1)) return 'lost';
  if (link.answeredAt === null) return 'connecting';
  return link.streaming ? 'live' : 'polling';
}
