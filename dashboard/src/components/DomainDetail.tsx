// SPDX-License-Identifier: Apache-2.0
// All that is known of one zone: what stands in it that matters here, and how it has grown.

import { api, type DomainDetail as Detail } from '../api';
import { concernsDomains } from '../concerns';
import { dateTime } from '../format';
import { useMessages } from '../i18n';
import { useResource } from '../resource';
import { paths } from '../router';
import { Waiting } from './Waiting';

export function ClusterLinks({ clusters }: { clusters: string[] }) {
  return (
    <>
      {clusters.map((name, index) => (
        <>
          {index > 0 && ', '}
          <a key={name} href={paths.cluster(name)}>
            {name}
          </a>
        </>
      ))}
    </>
  );
}

function Facts({ zone }: { zone: Detail }) {
  const m = useMessages();
  const { registration, certificate } = zone;
  const facts: [string, string][] = [
    [m.domains.account, zone.account],
    [m.domains.zone, zone.zone_id],
    [m.domains.reference, zone.caller_reference],
    [m.domains.firstSeen, dateTime(zone.first_seen, m.locale)],
    [
      m.domains.tags,
      Object.entries(zone.tags)
        .map(([key, value]) => `${key} = ${value}`)
        .join(', '),
    ],
  ];
  if (registration?.expires_at) {
    const until = dateTime(registration.expires_at, m.locale);
    const renewal = registration.auto_renew ? m.domains.renews : m.domains.renewsNot;
    facts.push([m.domains.expires, `${until} (${registration.name}, ${renewal})`]);
  }
  if (certificate) {
    facts.push([m.domains.certificate, dateTime(certificate.expires_at, m.locale)]);
    facts.push([m.domains.issuer, certificate.issuer]);
    facts.push([m.domains.problem, certificate.problem]);
    facts.push([m.domains.lastAttempt, certificate.error]);
  }
  return (
    <dl class="fact-list">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

export function DomainDetail({ zone }: { zone: string }) {
  const m = useMessages();
  const detail = useResource(`domain ${zone}`, () => api.domain(zone), concernsDomains);
  if (!detail.data) return <Waiting resource={detail} />;
  const { aliases, record_counts } = detail.data;
  return (
    <div class="domain-detail">
      <Facts zone={detail.data} />
      {aliases.length === 0 ? (
        <p class="muted">{m.domains.noAliases}</p>
      ) : (
        <table>
          <caption>{m.domains.aliases}</caption>
          <tbody>
            {aliases.map((alias) => (
              <tr key={`${alias.name} ${alias.type} ${alias.target}`}>
                <th scope="row">{alias.name.replace(/\.$/, '')}</th>
                <td>{alias.type}</td>
                <td class="mono ellipsis" title={alias.target}>
                  {alias.target}
                </td>
                <td>
                  <ClusterLinks clusters={alias.clusters} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <table>
        <caption>{m.domains.counts}</caption>
        <tbody>
          {[...record_counts].reverse().map((count) => (
            <tr key={count.at}>
              <th scope="row">{dateTime(count.at, m.locale)}</th>
              <td class="number">{count.records.toLocaleString(m.locale)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
