// SPDX-License-Identifier: Apache-2.0
// What the balancer and EC2 say of an instance, and its tags.

import type { Instance } from '../api';
import { dateTime } from '../format';
import { useMessages, type Messages } from '../i18n';
import { departureOf, eventsOf } from '../standing';
import { byName } from '../table';

// The API's words may begin with the verdict itself, which is said already.
function verdictText({ verdict }: Instance, m: Messages): string {
  const name = m.instance.verdicts[verdict.kind] ?? verdict.kind;
  if (verdict.kind === 'sound') return name;
  const said = `${name}: `;
  const again = verdict.words.toLowerCase().startsWith(said.toLowerCase());
  return `${name} · ${again ? verdict.words.slice(said.length) : verdict.words}`;
}

export function InstanceFacts({ instance }: { instance: Instance }) {
  const m = useMessages();
  const { balancer, standing } = instance;
  const held = standing.protected_from_scale_in ? m.instance.protected : '';
  const group = [standing.group, standing.group_state, standing.group_health, held];
  const said = [balancer.state, balancer.reason, balancer.description];
  const time = (at: string | null) => dateTime(at, m.locale);
  const facts: [string, string | null][] = [
    [m.instance.id, instance.id],
    [m.instance.verdict, verdictText(instance, m)],
    [
      m.instance.stream,
      instance.stream && (instance.stream.live ? m.instance.streamLive : instance.stream.detail),
    ],
    [m.instance.balancer, said.filter((text) => text && text !== 'N/A').join(' · ')],
    [m.instance.ec2, instance.ec2_state],
    [m.instance.statusChecks, standing.status_checks],
    [m.instance.events, eventsOf(instance).join(' · ')],
    [m.instance.group, group.filter(Boolean).join(' · ')],
    [m.instance.template, standing.launch_template],
    [m.instance.ports, standing.ports],
    [m.instance.type, instance.type],
    [m.instance.lifecycle, m.instance.lifecycles[instance.lifecycle] ?? instance.lifecycle],
    [m.instance.zone, instance.availability_zone],
    [m.instance.image, instance.image_id],
    [m.instance.publicDns, instance.public_dns],
    [m.instance.publicIp, instance.public_ip],
    [m.instance.privateDns, instance.private_dns],
    [m.instance.privateIp, instance.private_ip],
    [m.instance.launched, time(instance.launched_at)],
    [m.instance.firstSeen, time(instance.first_seen)],
    [m.instance.lastSeen, time(instance.last_seen)],
    [m.instance.missingSince, time(instance.missing_since)],
    [m.instance.goneAt, time(instance.gone_at)],
    [m.instance.goneWhy, instance.gone_at ? departureOf(instance, m) : ''],
  ];
  const tags = Object.entries(instance.tags).sort(([a], [b]) => byName(a, b));
  return (
    <div class="columns">
      <section>
        <h2>{m.instance.details}</h2>
        <FactList facts={facts.filter((fact): fact is [string, string] => !!fact[1])} />
      </section>
      {tags.length > 0 && (
        <section>
          <h2>{m.instance.tags}</h2>
          <FactList facts={tags} />
        </section>
      )}
    </div>
  );
}

function FactList({ facts }: { facts: [string, string][] }) {
  return (
    <dl class="fact-list card">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
