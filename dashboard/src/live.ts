// SPDX-License-Identifier: Apache-2.0
// The live connection: one event stream a page, a heartbeat that notices a monitor that went
// silent, and the news for whoever shows something. A hidden page gives its stream back, because
// browsers allow only a handful of connections to one host.

import { api, observeAnswers } from './api';
import { kFresh, stateOf, step, type Happening, type Link, type LinkState } from './link';

export interface LiveEvent {
  kind: string;
  cluster: string;
  subject: string;
  detail: string;
  at: string;
}

const kKinds = [
  'cluster.added',
  'cluster.removed',
  'instances.changed',
  'readings',
  'round',
  'incident.opened',
  'incident.changed',
  'incident.closed',
  'services.changed',
  'probes.changed',
  'rules.changed',
  'silences.changed',
  'domains.changed',
  'action.changed',
  'actions.switched',
];

const kHeartbeat = 10_000; // ms between signs of life
const kRetry = 3_000; // ms between attempts while there are none
const kLongestWait = 15_000; // ms between attempts to open the stream

type OnEvent = (event: LiveEvent) => void;
type OnAnything = () => void;

class Live {
  private link: Link = kFresh;
  private source: EventSource | null = null;
  private reopen = 0;
  private attempts = 0;
  private heart = 0;
  private offset = 0;
  private version: string | null = null;
  private outdated = false;
  private readonly eventListeners = new Set<OnEvent>();
  private readonly freshListeners = new Set<OnAnything>();
  private readonly linkListeners = new Set<OnAnything>();

  start(): void {
    observeAnswers((answered) =>
      this.tell(answered ? { type: 'answered', at: Date.now() } : { type: 'no-answer' }),
    );
    document.addEventListener('visibilitychange', () => this.onVisibility());
    window.addEventListener('online', () => this.beat());
    this.open();
    this.beat();
  }

  state(): LinkState {
    return stateOf(this.link);
  }
  answeredAt(): number | null {
    return this.link.answeredAt;
  }
  // The monitor has been replaced by another version since this page was loaded.
  isOutdated(): boolean {
    return this.outdated;
  }
  // The monitor's clock, which is what all times are measured by. In ms.
  now(): number {
    return Date.now() + this.offset;
  }

  onEvent(listener: OnEvent): () => void {
    this.eventListeners.add(listener);
    return () => this.eventListeners.delete(listener);
  }
  // Called when events may have been missed, so that everything must be read again.
  onFreshStart(listener: OnAnything): () => void {
    this.freshListeners.add(listener);
    return () => this.freshListeners.delete(listener);
  }
  onLink(listener: OnAnything): () => void {
    this.linkListeners.add(listener);
    return () => this.linkListeners.delete(listener);
  }

  private tell(what: Happening): void {
    const before = this.state();
    this.link = step(this.link, what);
    const after = this.state();
    if (before === 'lost' && after !== 'lost') {
      this.attempts = 0;
      if (this.source === null) this.open();
      this.freshListeners.forEach((listener) => listener());
    }
    if (before !== after) this.linkListeners.forEach((listener) => listener());
  }

  private open(): void {
    window.clearTimeout(this.reopen);
    this.source?.close();
    if (document.hidden) return;
    const source = new EventSource('/api/v1/events');
    this.source = source;
    let opened = false;
    source.onopen = () => {
      const again = this.attempts > 0;
      opened = true;
      this.attempts = 0;
      this.tell({ type: 'stream-opened', at: Date.now() });
      if (again) this.freshListeners.forEach((listener) => listener());
    };
    // The browser would retry by itself, but never again after an answer it can't understand.
    source.onerror = () => {
      source.close();
      if (this.source !== source) return;
      this.source = null;
      this.tell({ type: 'stream-closed' });
      const wait = opened ? 500 : Math.min(kLongestWait, 1_000 * 2 ** this.attempts);
      this.attempts += 1;
      this.reopen = window.setTimeout(() => this.open(), wait * (0.75 + Math.random() / 2));
      this.beat();
    };
    for (const kind of kKinds) {
      source.addEventListener(kind, (message) => this.receive(message as MessageEvent<string>));
    }
  }

  private receive(message: MessageEvent<string>): void {
    this.tell({ type: 'event', at: Date.now() });
    let event: LiveEvent;
    try {
      event = { ...(JSON.parse(message.data) as LiveEvent), kind: message.type };
    } catch {
      return; // not ours to understand; the fallback poll sees to what it may have meant
    }
    this.eventListeners.forEach((listener) => listener(event));
  }

  // The stream itself can't tell a quiet monitor from a dead one: its comments don't reach us.
  private beat(): void {
    window.clearTimeout(this.heart);
    api
      .health()
      .then((health) => {
        this.offset = Date.parse(health.now) - Date.now();
        this.outdated ||= this.version !== null && this.version !== health.version;
        this.version ??= health.version;
        if (this.outdated) this.linkListeners.forEach((listener) => listener());
      })
      .catch(() => {}) // the witness of the answers has seen it
      .finally(() => {
        window.clearTimeout(this.heart);
        const wait = this.link.failures > 0 ? kRetry : kHeartbeat;
        this.heart = window.setTimeout(() => this.beat(), wait);
      });
  }

  private onVisibility(): void {
    if (document.hidden) {
      window.clearTimeout(this.reopen);
      this.source?.close();
      this.source = null;
      this.tell({ type: 'stream-closed' });
    } else {
      this.attempts = 1; // so that opening counts as a fresh start
      this.open();
      this.beat();
    }
  }
}

export const live = new Live();
