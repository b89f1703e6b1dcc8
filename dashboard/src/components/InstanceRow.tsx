// SPDX-License-Identifier: Apache-2.0
// One instance in the table of its cluster.

import type { Instance } from '../api';
import { Span } from '../clock';
import { healthOf, isInService, verdictOf } from '../health';
import { departureOf, troublesOf } from '../standing';
import { useMessages } from '../i18n';
import { paths } from '../router';
import { HealthTag } from './HealthTag';
import { Icon } from './Icon';
import { ScoreBadge } from './ScoreBadge';

const kNamed = 2; // failing checks called by name; the rest is a number

function Checks({ instance }: { instance: Instance }) {
  const m = useMessages();
  const of = (verdict: string) => instance.checks.filter((check) => verdictOf(check) === verdict);
  const [ok, failing, unknown] = [of('ok'), of('failing'), of('unknown')];
  if (instance.checks.length === 0) return <span class="muted">{m.common.unknownShort}</span>;
  const rest = failing.slice(kNamed);
  return (
    <span class="chips">
      {failing.slice(0, kNamed).map((check) => (
        <span class="chip level-danger" key={check.service} title={check.detail}>
          <Icon name="bad" />
          {check.service}
        </span>
      ))}
      {rest.length > 0 && (
        <span class="chip level-danger" title={rest.map((check) => check.service).join(', ')}>
          {m.common.more(rest.length)}
        </span>
      )}
      {unknown.length > 0 && (
        <span
          class="chip level-watch"
          title={unknown.map((check) => `${check.service}: ${m.outcome[check.outcome]}`).join('\n')}
        >
          <Icon name="unknown" />
          {m.instances.checksUnknown(unknown.length)}
        </span>
      )}
      {ok.length > 0 && failing.length === 0 && (
        <span class="chip quiet-chip" title={ok.map((check) => check.service).join(', ')}>
          <Icon name="ok" />
          {m.instances.checksOk(ok.length)}
        </span>
      )}
    </span>
  );
}

export function InstanceRow({ instance, row }: { instance: Instance; row: number }) {
  const m = useMessages();
  const { balancer, gone_at: gone } = instance;
  const inService = isInService(balancer.state);
  const said = balancer.description === 'N/A' ? balancer.state : balancer.description;
  const why = gone ? m.instances.gone(departureOf(instance, m)) : instance.score?.detail;
  const address = instance.public_ip || instance.private_ip;
  const troubles = troublesOf(instance);
  return (
    <tr class={gone ? 'retired' : ''} aria-rowindex={row} data-instance={instance.id}>
      <td class="col-score">
        <ScoreBadge score={gone ? null : instance.score?.score} />
      </td>
      <td class="col-state">
        <HealthTag health={healthOf(instance)} why={why} />
      </td>
      <th scope="row" class="col-name">
        <a href={paths.instance(instance.cluster, instance.id)} title={instance.label}>
          {instance.label}
        </a>
        {instance.name && <small class="mono">{instance.id}</small>}
      </th>
      <td class="col-checks">{!gone && <Checks instance={instance} />}</td>
      <td class="col-balancer wide" title={said}>
        {instance.missing_since && !gone ? (
          <span class="tag level-watch" title={m.instances.missing}>
            <Icon name="unknown" />
            {balancer.state}
          </span>
        ) : (
          <span class={inService || gone ? 'muted' : 'tag level-watch'}>
            {!inService && !gone && <Icon name="warning" />}
            {balancer.state || m.common.unknownShort}
          </span>
        )}
      </td>
      <td class="col-ec2 wider muted" title={troubles.join('\n')}>
        {troubles.length > 0 && !gone ? (
          <span class="tag level-watch">
            <Icon name="warning" />
            {troubles[0]}
          </span>
        ) : (
          instance.ec2_state || m.common.unknownShort
        )}
      </td>
      <td class="col-type wide">
        <span class="mono">{instance.type || m.common.unknownShort}</span>
        {instance.lifecycle !== 'on-demand' && (
          <span class="badge">{m.instances[instance.lifecycle]}</span>
        )}
      </td>
      <td class="col-zone wider muted">{instance.availability_zone || m.common.unknownShort}</td>
      <td class="col-address widest mono" title={instance.public_dns || instance.private_dns}>
        {address || m.common.unknownShort}
      </td>
      <td class="col-age wide number muted">
        {instance.launched_at ? (
          <Span from={instance.launched_at} to={gone} />
        ) : (
          m.common.unknownShort
        )}
      </td>
    </tr>
  );
}
