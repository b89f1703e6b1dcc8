// SPDX-License-Identifier: Apache-2.0
// For how long something is to hold: an acknowledgement, a silence.

import { useMessages } from '../i18n';

const kDurations = ['30m', '2h', '8h', '1d', '7d'] as const;
export const kUsualDuration: string = '2h';

export function DurationSelect({ value, onChange }: { value: string; onChange(to: string): void }) {
  const m = useMessages();
  return (
    <select
      aria-label={m.desk.duration}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {kDurations.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}
