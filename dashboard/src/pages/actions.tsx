// SPDX-License-Identifier: Apache-2.0
// What was done to the fleet, what waits for a person, and the switch that stops it all.

import { useState } from 'preact/hooks';
import { api, kActionStates, type ActionState } from '../api';
import { ActionDetails, ActionTable } from '../components/ActionTable';
import { Banner } from '../components/Banner';
import { Dialog } from '../components/Dialog';
import { FormError } from '../components/FormError';
import { Waiting } from '../components/Waiting';
import { concernsActions } from '../concerns';
import { useDeed } from '../deed';
import { useMessages } from '../i18n';
import { useResource } from '../resource';
import { navigate, paths } from '../router';
import { useTitle } from '../title';

const kShown = 200;

function StopDialog({ onStopped, onClose }: { onStopped: () => void; onClose: () => void }) {
  const m = useMessages();
  const { working, error, run } = useDeed();
  const stop = async () => {
    if (await run(api.stopActions)) onStopped();
  };
  return (
    <Dialog title={m.actions.stop} onClose={onClose}>
      <p>{m.actions.stopBody}</p>
      <FormError text={error} />
      <div class="form-actions">
        <button type="button" autofocus onClick={onClose}>
          {m.common.cancel}
        </button>
        <button type="button" class="danger" disabled={working} onClick={() => void stop()}>
          {m.actions.stop}
        </button>
      </div>
    </Dialog>
  );
}

// The action that a link has led to, until it is closed.
function Shown({ id }: { id: string }) {
  const action = useResource(`action ${id}`, () => api.action(id), concernsActions(null));
  if (!action.data) return action.error ? <Waiting resource={action} /> : null;
  return <ActionDetails action={action.data} onClose={() => navigate(paths.actions)} />;
}

export function ActionsPage({ shown }: { shown: string | null }) {
  const m = useMessages();
  const [state, setState] = useState<ActionState | null>(null);
  const [stopping, setStopping] = useState(false);
  const list = useResource(
    `actions ${state ?? ''}`,
    () => api.actions(state, null, kShown),
    concernsActions(null),
  );
  useTitle(m.actions.title, 0);
  const reload = () => void list.reload();
  const stopped = list.data?.switch.stopped ?? false;
  return (
    <>
      <div class="page-head">
        <h1>{m.actions.title}</h1>
        <div class="page-actions">
          <select
            aria-label={m.actions.state}
            value={state ?? ''}
            onChange={(event) => setState((event.currentTarget.value || null) as ActionState | null)}
          >
            <option value="">{m.actions.anyState}</option>
            {kActionStates.map((one) => (
              <option key={one} value={one}>
                {m.actions.states[one]}
              </option>
            ))}
          </select>
          {stopped ? (
            <button
              type="button"
              class="primary"
              data-switch="resume"
              onClick={() => void api.resumeActions().then(reload)}
            >
              {m.actions.resume}
            </button>
          ) : (
            <button
              type="button"
              class="danger"
              data-switch="stop"
              onClick={() => setStopping(true)}
            >
              {m.actions.stop}
            </button>
          )}
        </div>
      </div>
      {stopped && list.data && (
        <Banner level="danger">
          {m.actions.stopped(list.data.switch.by)} {list.data.switch.reason}
        </Banner>
      )}
      {shown !== null && <Shown key={shown} id={shown} />}
      {!list.data && <Waiting resource={list} />}
      {list.data && list.data.actions.length === 0 && <p class="nothing">{m.actions.none}</p>}
      {list.data && list.data.actions.length > 0 && (
        <ActionTable actions={list.data.actions} onChanged={reload} />
      )}
      {list.data && list.data.next && <p class="muted">{m.actions.limited(kShown)}</p>}
      {stopping && (
        <StopDialog
          onStopped={() => {
            setStopping(false);
            reload();
          }}
          onClose={() => setStopping(false)}
        />
      )}
    </>
  );
}
