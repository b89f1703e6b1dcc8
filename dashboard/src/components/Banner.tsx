// SPDX-License-Identifier: Apache-2.0
// A sentence across the page about something that is not as it should be.

import type { ComponentChildren } from 'preact';
import { Icon } from './Icon';

interface Props {
  level: 'danger' | 'watch' | 'info';
  children: ComponentChildren;
}

export function Banner({ level, children }: Props) {
  return (
    <div class={`banner banner-${level}`} role={level === 'danger' ? 'alert' : 'status'}>
      <Icon name={level === 'info' ? 'ok' : 'warning'} />
      <div class="banner-text">{children}</div>
    </div>
  );
}
