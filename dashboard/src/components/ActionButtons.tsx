// SPDX-License-Identifier: Apache-2.0
// What may be asked for to be done to one instance.

import { useState } from 'preact/hooks';
import { kInstanceActions, type InstanceAction } from '../api';
import { useMessages } from '../i18n';
import { ActionDialog } from './ActionDialog';

interface Props {
  cluster: string;
  instance: string;
  label: string;
}

export function ActionButtons({ cluster, instance, label }: Props) {
  const m = useMessages();
  const [kind, setKind] = useState<InstanceAction | null>(null);
  return (
    <section>
      <h2>{m.actions.ask}</h2>
      <div class="toolbar" role="group" aria-label={m.actions.ask}>
        {kInstanceActions.map((one) => (
          <button type="button" key={one} data-action={one} onClick={() => setKind(one)}>
            {m.actions.kinds[one]}
          </button>
        ))}
      </div>
      {kind && (
        <ActionDialog
          cluster={cluster}
          instance={instance}
          label={label}
          kind={kind}
          onClose={() => setKind(null)}
        />
      )}
    </section>
  );
}
