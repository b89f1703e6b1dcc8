// SPDX-License-Identifier: Apache-2.0
// The audit log: what was asked for, what was decided and why, and what came of it.

import { useState } from 'preact/hooks';
import { api, type Action } from '../api';
import { shortTime } from '../format';
import { useMessages } from '../i18n';
import { live } from '../live';
import { paths } from '../router';
import { ActionStateTag } from './ActionStateTag';
import { Dialog } from './Dialog';
import { FormError } from './FormError';

export function ActionDetails({ action, onClose }: { action: Action; onClose: () => void }) {
  const m = useMessages();
  return (
    <Dialog title={action.deed} onClose={onClose}>
      <p>
        <ActionStateTag state={action.state} /> {action.why}
      </p>
      {action.result && <p>{action.result}</p>}
      {action.decided_by && <p class="muted">{m.actions.decidedBy(action.decided_by)}</p>}
      <dl class="facts">
        {Object.entries(action.inputs).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {action.output && (
        <figure class="output">
          <figcaption>{m.actions.output}</figcaption>
          <pre tabIndex={0}>{action.output}</pre>
        </figure>
      )}
    </Dialog>
  );
}

interface RowProps {
  action: Action;
  onChanged: () => void;
  onDetails: (action: Action) => void;
  onError: (message: string) => void;
}

function Row({ action, onChanged, onDetails, onError }: RowProps) {
  const m = useMessages();
  const tell = (work: Promise<unknown>) =>
    void work.then(onChanged).catch((reason: Error) => onError(reason.message));
  const show = () =>
    void api
      .action(action.id)
      .then(onDetails)
      .catch((reason: Error) => onError(reason.message));
  return (
    <tr data-action-id={action.id}>
      <td>{shortTime(action.requested_at, live.now(), m.locale)}</td>
      <td>
        <ActionStateTag state={action.state} />
      </td>
      <td>
        {action.instance ? (
          <a href={paths.instance(action.cluster, action.instance)}>{action.deed}</a>
        ) : (
          action.deed
        )}
        <div class="muted">{action.cluster}</div>
      </td>
      <td class="wide">{action.by}</td>
      <td class="wide">{action.result || action.why}</td>
      <td>
        {action.state === 'awaiting_approval' && (
          <>
            <button type="button" class="primary" onClick={() => tell(api.approveAction(action.id))}>
              {m.actions.approve}
            </button>{' '}
            <button type="button" onClick={() => tell(api.rejectAction(action.id))}>
              {m.actions.reject}
            </button>{' '}
          </>
        )}
        <button type="button" class="quiet" onClick={show}>
          {m.actions.details}
        </button>
      </td>
    </tr>
  );
}

export function ActionTable({ actions, onChanged }: { actions: Action[]; onChanged: () => void }) {
  const m = useMessages();
  const [shown, setShown] = useState<Action | null>(null);
  const [error, setError] = useState('');
  return (
    <>
      <FormError text={error} />
      <table class="actions">
        <thead>
          <tr>
            <th scope="col">{m.actions.asked}</th>
            <th scope="col">{m.actions.state}</th>
            <th scope="col">{m.actions.what}</th>
            <th scope="col" class="wide">
              {m.actions.by}
            </th>
            <th scope="col" class="wide">
              {m.actions.why}
            </th>
            <th scope="col" aria-label={m.actions.details} />
          </tr>
        </thead>
        <tbody>
          {actions.map((action) => (
            <Row
              key={action.id}
              action={action}
              onChanged={onChanged}
              onDetails={setShown}
              onError={setError}
            />
          ))}
        </tbody>
      </table>
      {shown && <ActionDetails action={shown} onClose={() => setShown(null)} />}
    </>
  );
}
