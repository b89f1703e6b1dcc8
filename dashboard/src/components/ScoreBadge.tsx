// SPDX-License-Identifier: Apache-2.0
// A score as a number with a bar under it. Colour only repeats what the number says.

import { levelOf } from '../health';
import { useMessages } from '../i18n';

interface Props {
  score: number | null | undefined;
  size?: 'small' | 'large' | 'huge';
}

export function ScoreBadge({ score, size = 'small' }: Props) {
  const m = useMessages();
  const known = score !== null && score !== undefined;
  const rounded = known ? Math.round(score) : null;
  const label = rounded === null ? m.score.missing : m.score.of(rounded);
  return (
    <span
      class={`score score-${size} level-${levelOf(score)}`}
      role="img"
      aria-label={label}
      title={label}
    >
      <span class="score-number">{rounded ?? m.common.unknownShort}</span>
      <svg class="score-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="score-track" width="100" height="4" rx="2" />
        {rounded !== null && (
          <rect class="score-fill" width={Math.max(2, rounded)} height="4" rx="2" />
        )}
      </svg>
    </span>
  );
}
