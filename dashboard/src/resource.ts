// SPDX-License-Identifier: Apache-2.0
// Something shown that comes from the API: read at once, read again when an event concerns it, and
// every now and then without one. The last good answer stays while a newer one can't be had.

import { useEffect, useRef, useState } from 'preact/hooks';
import { live, type LiveEvent } from './live';
import { Reloader, type Timers } from './reloader';

const kWithoutNews = 60_000; // ms, while events arrive
const kWithoutStream = 10_000; // ms, while they don't
const kRemembered = 24;

const browserTimers: Timers = {
  now: () => performance.now(),
  set: (after, run) => window.setTimeout(run, after),
  clear: (timer) => window.clearTimeout(timer),
};

// What was read last by key, so that going back shows the page at once.
const remembered = new Map<string, unknown>();
function remember(key: string, data: unknown): void {
  remembered.delete(key);
  remembered.set(key, data);
  const oldest = remembered.keys().next();
  if (remembered.size > kRemembered && !oldest.done) remembered.delete(oldest.value);
}

export interface Resource<T> {
  data: T | null;
  error: Error | null; // of the last attempt
  reload(): Promise<void>;
}

interface Held<T> {
  key: string;
  data: T | null;
  error: Error | null;
}

// `key` names what `load` reads; a new key is a new resource. `concerns` picks the events after
// which it must be read again.
export function useResource<T>(
  key: string,
  load: () => Promise<T>,
  concerns: (event: LiveEvent) => boolean,
): Resource<T> {
  const recall = (): Held<T> => ({
    key,
    data: (remembered.get(key) as T | undefined) ?? null,
    error: null,
  });
  const [held, setHeld] = useState<Held<T>>(recall);
  const reloader = useRef<Reloader | null>(null);
  const latest = useRef({ load, concerns });
  latest.current = { load, concerns };

  useEffect(() => {
    let current = true;
    setHeld((before) => (before.key === key ? before : recall()));
    const readOnce = async () => {
      try {
        const data = await latest.current.load();
        if (!current) return;
        remember(key, data);
        setHeld({ key, data, error: null });
      } catch (error) {
        if (!current) return;
        const reason = error instanceof Error ? error : new Error(String(error));
        setHeld((before) => ({ ...before, key, error: reason }));
      }
    };
    const fallback = () =>
      live.state() === 'live' || document.hidden ? kWithoutNews : kWithoutStream;
    const mine = new Reloader(readOnce, fallback, browserTimers);
    reloader.current = mine;
    void mine.now();
    const unsubscribe = [
      live.onEvent((event) => {
        if (latest.current.concerns(event)) mine.soon();
      }),
      live.onFreshStart(() => mine.soon()),
    ];
    return () => {
      current = false;
      mine.stop();
      unsubscribe.forEach((stop) => stop());
    };
  }, [key]);

  const shown = held.key === key ? held : recall();
  return {
    data: shown.data,
    error: shown.error,
    reload: async () => reloader.current?.now(),
  };
}
