// SPDX-License-Identifier: Apache-2.0
// Registers a load balancer as a cluster.

import { useState } from 'preact/hooks';
import { api } from '../api';
import { useMessages } from '../i18n';

interface Props {
  onDone: (name: string) => void;
  onCancel?: () => void;
}

export function RegisterForm({ onDone, onCancel }: Props) {
  const m = useMessages();
  const [name, setName] = useState('');
  const [elb, setElb] = useState('');
  const [working, setWorking] = useState(false);
  const [error, setError] = useState('');

  const submit = async (event: Event) => {
    event.preventDefault();
    setWorking(true);
    setError('');
    try {
      await api.register(name.trim(), elb.trim());
      onDone(name.trim());
    } catch (reason) {
      setError((reason as Error).message);
    }
    setWorking(false);
  };

  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      <label>
        <span>{m.register.name}</span>
        <input
          name="name"
          required
          maxLength={64}
          pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
          placeholder="web"
          autocomplete="off"
          spellcheck={false}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <small>{m.register.nameHint}</small>
      </label>
      <label>
        <span>{m.register.elb}</span>
        <input
          name="elb"
          required
          maxLength={255}
          placeholder="web-elb"
          autocomplete="off"
          spellcheck={false}
          value={elb}
          onInput={(event) => setElb(event.currentTarget.value)}
        />
        <small>{m.register.elbHint}</small>
      </label>
      {error && (
        <p class="form-error" role="alert">
          {error}
        </p>
      )}
      <div class="form-actions">
        {onCancel && (
          <button type="button" onClick={onCancel}>
            {m.common.cancel}
          </button>
        )}
        <button type="submit" class="primary" disabled={working}>
          {working ? m.register.working : m.register.submit}
        </button>
      </div>
    </form>
  );
}
