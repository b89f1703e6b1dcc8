// SPDX-License-Identifier: Apache-2.0
// One number of those at the head of something, with its name above it.

import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './Icon';

interface Props {
  name: string;
  hint?: string;
  level?: string;
  icon?: IconName | false;
  children: ComponentChildren;
}

export function Figure({ name, hint, level = '', icon = false, children }: Props) {
  return (
    <div class="figure" title={hint}>
      <dt>{name}</dt>
      <dd class={level}>
        {icon && <Icon name={icon} />}
        {children}
      </dd>
    </div>
  );
}
