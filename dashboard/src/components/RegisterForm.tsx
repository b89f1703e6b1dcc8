// SPDX-License-Identifier: Apache-2.0
// Registers a load balancer, or whatever else has instances, as a cluster.

import { useState } from 'preact/hooks';
import { api, kClusterKinds, type ClusterKind } from '../api';
import { useMessages } from '../i18n';
import { FormError } from './FormError';

const kExamples: Record<ClusterKind, string> = {
  elb: 'web-elb',
  alb: 'web-alb',
  nlb: 'web-nlb',
  target_group: 'web-blue',
  asg: 'web-asg',
  ecs_service: 'prod/web',
  tag: 'role=web, env=prod',
  static: 'web1.example, 10.0.0.7',
};

const kHasTargetGroups = new Set<ClusterKind>(['alb', 'nlb']);

function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

interface OptionalProps {
  name: string;
  label: string;
  hint: string;
  value: string;
  onInput: (value: string) => void;
}

function Optional({ name, label, hint, value, onInput }: OptionalProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        name={name}
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <small>{hint}</small>
    </label>
  );
}

interface Props {
  onDone: (name: string) => void;
  onCancel?: () => void;
}

export function RegisterForm({ onDone, onCancel }: Props) {
  const m = useMessages();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<ClusterKind>('elb');
  const [resource, setResource] = useState('');
  const [targetGroups, setTargetGroups] = useState('');
  const [account, setAccount] = useState('');
  const [region, setRegion] = useState('');
  const [working, setWorking] = useState(false);
  const [error, setError] = useState('');

  const submit = async (event: Event) => {
    event.preventDefault();
    setWorking(true);
    setError('');
    try {
      const groups = words(targetGroups);
      await api.register({
        name: name.trim(),
        kind,
        resource: resource.trim(),
        ...(kHasTargetGroups.has(kind) && groups.length > 0 && { target_groups: groups }),
        ...(account.trim() && { account: account.trim() }),
        ...(region.trim() && { region: region.trim() }),
      });
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
        <span>{m.register.kind}</span>
        <select
          name="kind"
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as ClusterKind)}
        >
          {kClusterKinds.map((one) => (
            <option key={one} value={one}>
              {m.register.kinds[one]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{m.register.resource}</span>
        <input
          name="resource"
          required
          maxLength={4096}
          placeholder={kExamples[kind]}
          autocomplete="off"
          spellcheck={false}
          value={resource}
          onInput={(event) => setResource(event.currentTarget.value)}
        />
        <small>{m.register.hints[kind]}</small>
      </label>
      <details>
        <summary>{m.register.more}</summary>
        {kHasTargetGroups.has(kind) && (
          <Optional
            name="target_groups"
            label={m.register.targetGroups}
            hint={m.register.targetGroupsHint}
            value={targetGroups}
            onInput={setTargetGroups}
          />
        )}
        <Optional
          name="account"
          label={m.register.account}
          hint={m.register.accountHint}
          value={account}
          onInput={setAccount}
        />
        <Optional
          name="region"
          label={m.register.region}
          hint={m.register.regionHint}
          value={region}
          onInput={setRegion}
        />
      </details>
      <FormError text={error} />
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
