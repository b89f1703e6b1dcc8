// SPDX-License-Identifier: Apache-2.0
// Asks once more before something is done, and shows what the limits say about it.

import { useEffect, useState } from 'preact/hooks';
import { api, type Action } from '../api';
import { useMessages } from '../i18n';
import { ActionStateTag } from './ActionStateTag';
import { Dialog } from './Dialog';
import { FormError } from './FormError';

interface Props {
  cluster: string;
  instance: string; // empty: it is about the whole cluster
  label: string;
  kind: string;
  onClose: () => void;
}

export function ActionDialog({ cluster, instance, label, kind, onClose }: Props) {
  const m = useMessages();
  const [preview, setPreview] = useState<Action | null>(null);
  const [outcome, setOutcome] = useState<Action | null>(null);
  const [override, setOverride] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState('');
  const asked = { kind, ...(instance && { instance }), override_breaker: override };
  useEffect(() => {
    let current = true;
    setPreview(null);
    api
      .previewAction(cluster, asked)
      .then((decided) => current && setPreview(decided))
      .catch((reason: Error) => current && setError(reason.message));
    return () => {
      current = false;
    };
  }, [cluster, instance, kind, override]);
  const act = async () => {
    setWorking(true);
    try {
      setOutcome(await api.act(cluster, asked));
    } catch (reason) {
      setError((reason as Error).message);
    }
    setWorking(false);
  };
  const shown = outcome ?? preview;
  const refused = preview?.state === 'refused';
  return (
    <Dialog title={`${m.actions.kinds[kind] ?? kind}: ${label}`} onClose={onClose}>
      {!shown && !error && <p class="muted">{m.actions.looking}</p>}
      {shown && (
        <>
          <p>{shown.deed}</p>
          <p data-verdict={shown.state}>
            <ActionStateTag state={shown.state} /> {shown.why}
          </p>
          {shown.result && <p>{shown.result}</p>}
        </>
      )}
      {(preview?.rule === 'breaker' || override) && !outcome && (
        <label class="check">
          <input
            type="checkbox"
            checked={override}
            onChange={(event) => setOverride(event.currentTarget.checked)}
          />
          {m.actions.overrideBreaker}
        </label>
      )}
      <FormError text={error} />
      <div class="form-actions">
        <button type="button" autofocus onClick={onClose}>
          {outcome ? m.common.close : m.common.cancel}
        </button>
        {!outcome && (
          <button
            type="button"
            class={kind === 'diagnose' ? 'primary' : 'danger'}
            disabled={working || !preview || refused}
            onClick={() => void act()}
          >
            {working
              ? m.actions.working
              : preview?.state === 'approved'
                ? m.actions.confirm
                : m.actions.request}
          </button>
        )}
      </div>
    </Dialog>
  );
}
