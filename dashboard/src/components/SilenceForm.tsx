// SPDX-License-Identifier: Apache-2.0
// Begins a silence of whatever its matchers say, after a look at what it would hit.

import { useState } from 'preact/hooks';
import { api, type Incident } from '../api';
import { useDeed } from '../deed';
import { useMessages } from '../i18n';
import { linesOf } from '../lines';
import { DurationSelect, kUsualDuration } from './DurationSelect';
import { FormError } from './FormError';

export function SilenceForm() {
  const m = useMessages();
  const [text, setText] = useState('');
  const [lasts, setLasts] = useState(kUsualDuration);
  const [comment, setComment] = useState('');
  const [hits, setHits] = useState<Incident[] | null>(null);
  const { working, error, run } = useDeed();
  const matchers = linesOf(text);

  const preview = async () => {
    const answer = await run(() => api.previewSilence(matchers, lasts));
    setHits(answer ? answer.hits : null);
  };
  // The page reads again by itself: that there is one more is told as an event.
  const begin = async () => {
    if (!(await run(() => api.silence(matchers, lasts, comment)))) return;
    setText('');
    setComment('');
    setHits(null);
  };
  return (
    <details class="silence-form">
      <summary>{m.desk.newSilence}</summary>
      <label>
        <span>{m.desk.matchers}</span>
        <textarea
          name="matchers"
          rows={3}
          spellcheck={false}
          placeholder={'cluster=web\ntag:role=worker'}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setHits(null);
          }}
        />
        <small>{m.desk.matchersHint}</small>
      </label>
      <FormError text={error} />
      <div class="desk-actions">
        <DurationSelect value={lasts} onChange={setLasts} />
        <input
          aria-label={m.desk.text}
          placeholder={m.desk.text}
          value={comment}
          onInput={(event) => setComment(event.currentTarget.value)}
        />
        <button
          type="button"
          disabled={working || matchers.length === 0}
          onClick={() => void preview()}
        >
          {m.desk.preview}
        </button>
        <button
          type="button"
          disabled={working || matchers.length === 0}
          onClick={() => void begin()}
        >
          {m.desk.silence}
        </button>
      </div>
      {hits && (
        <div role="status" data-hits={hits.length}>
          <p class="muted">{m.desk.hits(hits.length)}</p>
          <ul>
            {hits.map((incident) => (
              <li key={incident.id}>{incident.summary}</li>
            ))}
          </ul>
        </div>
      )}
    </details>
  );
}
