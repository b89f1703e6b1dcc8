// SPDX-License-Identifier: Apache-2.0
// Ages that grow while one looks at them: one ticker for the whole page.

import { useEffect, useState } from 'preact/hooks';
import { ago, dateTime, span } from './format';
import { useMessages } from './i18n';
import { live } from './live';

const kTick = 5_000; // ms
const listeners = new Set<() => void>();
window.setInterval(() => {
  if (!document.hidden) listeners.forEach((listener) => listener());
}, kTick);

// The monitor's time, and a new drawing every few seconds.
export function useNow(): number {
  const [, redraw] = useState(0);
  useEffect(() => {
    const tick = () => redraw((count) => count + 1);
    listeners.add(tick);
    return () => void listeners.delete(tick);
  }, []);
  return live.now();
}

export function Ago({ at }: { at: string }) {
  const now = useNow();
  const m = useMessages();
  return (
    <time dateTime={at} title={dateTime(at, m.locale)}>
      {ago(now - Date.parse(at), m.locale, m.common.justNow)}
    </time>
  );
}

// How long it has been going on since `from`, or went on until `to`.
export function Span({ from, to = null }: { from: string; to?: string | null }) {
  const now = useNow();
  const m = useMessages();
  const end = to === null ? now : Date.parse(to);
  return (
    <time dateTime={from} title={dateTime(from, m.locale)}>
      {span(end - Date.parse(from), m.locale)}
    </time>
  );
}
