// SPDX-License-Identifier: Apache-2.0
// What people do about one incident: see to it, silence it, say something.

import { useState } from 'preact/hooks';
import { api, type Incident } from '../api';
import { useDeed } from '../deed';
import { shortTime } from '../format';
import { useMessages } from '../i18n';
import { live } from '../live';
import { DurationSelect, kUsualDuration } from './DurationSelect';
import { FormError } from './FormError';

export function IncidentDesk({ incident }: { incident: Incident }) {
  const m = useMessages();
  const [lasts, setLasts] = useState(kUsualDuration);
  const [text, setText] = useState('');
  const { working, error, run } = useDeed();
  const open = incident.closed_at === null;

  // The page reads again by itself: each of these is told as an event.
  const act = async (what: () => Promise<unknown>) => {
    if (await run(what)) setText('');
  };
  const when = (time: string) => shortTime(time, live.now(), m.locale);
  return (
    <div class="desk">
      {incident.muted && <p class="muted">{m.desk.muted(incident.muted)}</p>}
      {incident.acknowledged && (
        <p>
          {m.desk.acknowledgedBy(incident.acknowledged.by, when(incident.acknowledged.at))}
          {incident.acknowledged.until && ` ${m.desk.until(when(incident.acknowledged.until))}`}
          {incident.acknowledged.comment && `: ${incident.acknowledged.comment}`}
        </p>
      )}
      {incident.runbook && (
        <p>
          <a href={incident.runbook} rel="noreferrer noopener" target="_blank">
            {m.desk.runbook}
          </a>
        </p>
      )}
      <p class="muted">
        {incident.channels.length > 0
          ? m.desk.told(incident.channels.join(', '))
          : m.desk.nobodyTold}
      </p>
      <ul class="comments">
        {incident.comments.map((comment) => (
          <li key={comment.at + comment.by}>
            <strong>{comment.by}</strong> <span class="muted">{when(comment.at)}</span>{' '}
            {comment.text}
          </li>
        ))}
      </ul>
      <FormError text={error} />
      <div class="desk-actions">
        <input
          aria-label={m.desk.text}
          placeholder={m.desk.text}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button
          type="button"
          disabled={working || text.trim() === ''}
          onClick={() => void act(() => api.comment(incident.id, text))}
        >
          {m.desk.comment}
        </button>
        {open && (
          <>
            <DurationSelect value={lasts} onChange={setLasts} />
            {incident.acknowledged ? (
              <button
                type="button"
                disabled={working}
                onClick={() => void act(() => api.unacknowledge(incident.id))}
              >
                {m.desk.unacknowledge}
              </button>
            ) : (
              <button
                type="button"
                disabled={working}
                onClick={() => void act(() => api.acknowledge(incident.id, lasts, text))}
              >
                {m.desk.acknowledge}
              </button>
            )}
            <button
              type="button"
              disabled={working}
              onClick={() =>
                void act(() =>
                  api.silence(
                    [`cluster="${incident.cluster}"`, `cause="${incident.cause}"`],
                    lasts,
                    text,
                  ),
                )
              }
            >
              {m.desk.silence}
            </button>
          </>
        )}
      </div>
    </div>
  );
}
