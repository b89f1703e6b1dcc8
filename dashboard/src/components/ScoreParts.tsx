// SPDX-License-Identifier: Apache-2.0
// What holds a score down: each part of it by itself.

import type { ScorePart } from '../api';
import { useMessages } from '../i18n';
import { ScoreBadge } from './ScoreBadge';

const kParts: ScorePart[] = ['cpu', 'io', 'memory', 'danger'];

export function ScoreParts({ parts }: { parts: Record<ScorePart, number | null> }) {
  const m = useMessages();
  // That nothing is in danger needs no words.
  const told = kParts.filter((part) => parts[part] !== null && (part !== 'danger' || parts[part] < 100));
  if (told.length === 0) return null;
  return (
    <dl class="score-parts">
      {told.map((part) => (
        <div key={part} data-part={part} title={m.score.partHints[part]}>
          <dt>{m.score.parts[part]}</dt>
          <dd>
            <ScoreBadge score={parts[part]} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
