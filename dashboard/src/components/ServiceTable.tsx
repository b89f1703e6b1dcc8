// SPDX-License-Identifier: Apache-2.0
// The services checked on a cluster, and on how many instances each is as expected.

import type { Instance, Service } from '../api';
import { tally } from '../health';
import { useMessages, type Messages } from '../i18n';
import { Icon } from './Icon';

export function expectation({ expect }: Service, m: Messages): string {
  const parts: string[] = [];
  if (expect.exact !== null) parts.push(m.services.exact(expect.exact));
  if (expect.contains !== null) parts.push(m.services.contains(expect.contains));
  if (expect.regex !== null) parts.push(m.services.regex(expect.regex));
  if (expect.exit_status !== null) parts.push(m.services.exit(expect.exit_status));
  return parts.length > 0 ? parts.join(m.services.and) : m.services.exit(0);
}

export function ServiceTable({ services, members }: { services: Service[]; members: Instance[] }) {
  const m = useMessages();
  if (services.length === 0) {
    return (
      <p class="nothing">
        {m.cluster.noServices} <code>livesonic service add</code>
      </p>
    );
  }
  return (
    <table class="services">
      <thead>
        <tr>
          <th scope="col">{m.services.name}</th>
          <th scope="col" class="wide">
            {m.services.command}
          </th>
          <th scope="col" class="wide">
            {m.services.expects}
          </th>
          <th scope="col" class="number">
            {m.services.ok}
          </th>
          <th scope="col" class="number">
            {m.services.failing}
          </th>
          <th scope="col" class="number" title={m.services.unknownHint}>
            {m.services.unknown}
          </th>
        </tr>
      </thead>
      <tbody>
        {services.map((service) => {
          const counts = tally(service, members);
          return (
            <tr key={service.name}>
              <th scope="row">{service.name}</th>
              <td class="wide">
                <code title={service.command}>{service.command}</code>
              </td>
              <td class="wide muted">{expectation(service, m)}</td>
              <td class={`number ${counts.ok > 0 ? 'level-good' : 'zero'}`}>{counts.ok}</td>
              <td class={`number ${counts.failing > 0 ? 'level-danger strong' : 'zero'}`}>
                {counts.failing > 0 && <Icon name="bad" />}
                {counts.failing}
              </td>
              <td class={`number ${counts.unknown > 0 ? 'level-watch' : 'zero'}`}>
                {counts.unknown > 0 && <Icon name="unknown" />}
                {counts.unknown}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
