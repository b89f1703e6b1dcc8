// SPDX-License-Identifier: Apache-2.0
// The services checked on a cluster, and on how many instances each is as expected.

import type { Instance, Service } from '../api';
import { tally } from '../health';
import { useMessages, type Messages } from '../i18n';
import { Icon } from './Icon';

function parts(expect: Service['expect'], m: Messages): string[] {
  const said: string[] = [];
  if (expect.exact !== null) said.push(m.services.exact(expect.exact));
  if (expect.contains !== null) said.push(m.services.contains(expect.contains));
  if (expect.regex !== null) said.push(m.services.regex(expect.regex));
  if (expect.exit_status !== null) said.push(m.services.exit(expect.exit_status));
  if (expect.json !== null) {
    const { pointer, equals, range } = expect.json;
    said.push(m.services.json(pointer, equals ?? range ?? ''));
  }
  return said;
}

export function expectation(service: Service, m: Messages): string {
  const { metric, warning, critical } = service.thresholds;
  const said = [
    ...(service.plugin ? [m.services.plugin] : []),
    ...parts(service.expect, m),
    ...parts(service.expect_not, m).map(m.services.not),
    ...(warning === null ? [] : [m.services.range(m.status.warning, metric ?? '', warning)]),
    ...(critical === null ? [] : [m.services.range(m.status.critical, metric ?? '', critical)]),
  ];
  return said.length > 0 ? said.join(m.services.and) : m.services.exit(0);
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
