// SPDX-License-Identifier: Apache-2.0
// Asks once more before a cluster is no longer watched.

import { api } from '../api';
import { useDeed } from '../deed';
import { useMessages } from '../i18n';
import { Dialog } from './Dialog';
import { FormError } from './FormError';

interface Props {
  cluster: string;
  onRemoved: () => void;
  onClose: () => void;
}

export function RemoveDialog({ cluster, onRemoved, onClose }: Props) {
  const m = useMessages();
  const { working, error, run } = useDeed();
  const remove = async () => {
    if (await run(() => api.remove(cluster))) onRemoved();
  };
  return (
    <Dialog title={m.remove.title(cluster)} onClose={onClose}>
      <p>{m.remove.body}</p>
      <FormError text={error} />
      <div class="form-actions">
        <button type="button" autofocus onClick={onClose}>
          {m.common.cancel}
        </button>
        <button type="button" class="danger" disabled={working} onClick={() => void remove()}>
          {working ? m.remove.working : m.remove.confirm}
        </button>
      </div>
    </Dialog>
  );
}
