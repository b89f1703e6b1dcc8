// SPDX-License-Identifier: Apache-2.0
// Silences, maintenances and deploys in effect or to come, each with a way to end it.

import { api, type Silence } from '../api';
import { useDeed } from '../deed';
import { shortTime } from '../format';
import { useMessages } from '../i18n';
import { live } from '../live';
import { FormError } from './FormError';

export function SilenceList({ silences }: { silences: Silence[] }) {
  const m = useMessages();
  const { working, error, run } = useDeed();
  if (silences.length === 0) return null;
  const when = (time: string) => shortTime(time, live.now(), m.locale);
  return (
    <section class="silences">
      <h2>{m.desk.silences}</h2>
      <FormError text={error} />
      <ul>
        {silences.map((silence) => (
          <li key={silence.id} data-silence={silence.id}>
            <span class="tag level-none">{m.desk.kinds[silence.kind]}</span>
            <code>{silence.matchers.join(' ')}</code>
            <span>
              {when(silence.starts_at)} – {when(silence.ends_at)}
            </span>
            <span class="muted">{silence.by}</span>
            <span>{silence.comment}</span>
            {!silence.id.startsWith('timetable:') && (
              <button type="button" disabled={working}
                onClick={() => void run(() => api.endSilence(silence.id))}>
                {m.desk.end}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
