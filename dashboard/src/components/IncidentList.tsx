// SPDX-License-Identifier: Apache-2.0
// Incidents, each with the instances it is or was about.

import type { Incident, IncidentMember } from '../api';
import { Span } from '../clock';
import { shortTime } from '../format';
import { useMessages, type Messages } from '../i18n';
import { live } from '../live';
import { paths } from '../router';
import { Icon } from './Icon';
import { IncidentDesk } from './IncidentDesk';

export function causeText(cause: string, m: Messages): string {
  const colon = cause.indexOf(':');
  const subject = cause.slice(colon + 1);
  switch (cause.slice(0, Math.max(0, colon))) {
    case 'service':
      return m.incidents.serviceCause(subject);
    case 'domain':
      return m.incidents.domainCause(subject);
    case 'certificate':
      return m.incidents.certificateCause(subject);
    case 'breaker':
      return m.incidents.breakerCause(subject);
    default:
      return m.incidents.cause[cause] ?? cause;
  }
}

// Some incidents are about no cluster, some about a cluster as a whole.
function memberPath(cluster: string, member: IncidentMember): string {
  if (cluster === '') return paths.domains;
  return member.instance === '' ? paths.cluster(cluster) : paths.instance(cluster, member.instance);
}

function Member({ cluster, member }: { cluster: string; member: IncidentMember }) {
  const m = useMessages();
  const well = member.until !== null;
  return (
    <li class={well ? 'well' : ''}>
      <Icon name={well ? 'ok' : 'bad'} />
      <a href={memberPath(cluster, member)}>
        {member.label || cluster}
      </a>
      <span class="member-detail">{member.detail}</span>
      <span class="member-time">
        {shortTime(member.since, live.now(), m.locale)} –{' '}
        {member.until ? shortTime(member.until, live.now(), m.locale) : m.incidents.ongoing}
      </span>
    </li>
  );
}

function Entry({ incident, showCluster }: { incident: Incident; showCluster: boolean }) {
  const m = useMessages();
  const open = incident.closed_at === null;
  const suffering = incident.members.filter((member) => member.until === null).length;
  const when = m.incidents[open ? 'openSince' : 'lasted'];
  return (
    <li
      class={`incident ${open ? 'incident-open' : 'incident-closed'}`}
      data-incident={incident.id}
    >
      <details>
        <summary>
          <span class={`tag ${open ? 'level-danger' : 'level-none'}`}>
            <Icon name={open ? 'warning' : 'ok'} />
            {open ? m.incidents.open : m.incidents.closed}
          </span>
          {open && incident.severity === 'critical' && (
            <span class="tag level-danger">{m.desk.critical}</span>
          )}
          {open && incident.acknowledged && (
            <span class="tag level-none">{m.desk.acknowledged}</span>
          )}
          {open && incident.muted && <span class="tag level-none">{m.desk.silenced}</span>}
          {open && incident.flapping_since && (
            <span class="tag level-warning">{m.desk.flapping}</span>
          )}
          <span class="incident-what">
            {showCluster && incident.cluster !== '' && <a href={paths.cluster(incident.cluster)}>{incident.cluster}</a>}
            <strong>{causeText(incident.cause, m)}</strong>
            <span class="incident-summary">{incident.summary}</span>
          </span>
          <span class="incident-facts">
            <span hidden={incident.cluster === ''}>
              {open && suffering < incident.members.length
                ? m.incidents.membersNow(suffering, incident.members.length)
                : m.incidents.members(incident.members.length)}
            </span>
            <span>
              {shortTime(incident.opened_at, live.now(), m.locale)}
              {' · '}
              <SpanText wrap={when} from={incident.opened_at} to={incident.closed_at} />
            </span>
          </span>
          <Icon name="right" />
        </summary>
        <ul class="members">
          {incident.members.map((member) => (
            <Member key={member.instance} cluster={incident.cluster} member={member} />
          ))}
        </ul>
        <IncidentDesk incident={incident} />
      </details>
    </li>
  );
}

// A sentence around a growing time span.
function SpanText(props: { wrap: (text: string) => string; from: string; to: string | null }) {
  const [before = '', after = ''] = props.wrap('\u0000').split('\u0000');
  return (
    <>
      {before}
      <Span from={props.from} to={props.to} />
      {after}
    </>
  );
}

interface Props {
  incidents: Incident[];
  empty: string;
  showCluster?: boolean;
}

export function IncidentList({ incidents, empty, showCluster = false }: Props) {
  if (incidents.length === 0) return <p class="nothing">{empty}</p>;
  return (
    <ul class="incidents">
      {incidents.map((incident) => (
        <Entry key={incident.id} incident={incident} showCluster={showCluster} />
      ))}
    </ul>
  );
}
