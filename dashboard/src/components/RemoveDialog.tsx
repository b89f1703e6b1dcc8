// SPDX-License-Identifier: Apache-2.0
// Asks once more before a cluster is no longer watched.

import { useState } from 'preact/hooks';
import { api } from '../api';
import { useMessages } from '../i18n';
import { Dialog } from './Dialog';

interface Props {
  cluster: string;
  onRemoved: () => void;
  onClose: () => void;
}

export function RemoveDialog({ cluster, onRemoved, onClose }: Props) {
  const m = useMessages();
  const [working, setWorking] = useState(false);
  const [error, setError] = useState('');
  const remove = async () => {
    setWorking(true);
    try {
      await api.remove(cluster);
      onRemoved();
    } catch (reason) {
      setError((reason as Error).message);
      setWorking(false);
    }
  };
  return (
    <Dialog title={m.remove.title(cluster)} onClose={onClose}>
      <p>{m.remove.body}</p>
      {error && (
        <p class="form-error" role="alert">
          {error}
        </p>
      )}
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
