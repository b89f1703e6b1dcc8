// SPDX-License-Identifier: Apache-2.0
// The Route 53 zones that are live, and on demand those that vanished.

import { useMemo, useState } from 'preact/hooks';
import { api, type Domain, type RegisteredDomain } from '../api';
import { Ago } from '../clock';
import { Banner } from '../components/Banner';
import { ClusterLinks, DomainDetail } from '../components/DomainDetail';
import { Icon } from '../components/Icon';
import { Waiting } from '../components/Waiting';
import { concernsDomains } from '../concerns';
import { dateTime } from '../format';
import { useMessages } from '../i18n';
import { live } from '../live';
import { useResource } from '../resource';
import { byName } from '../table';
import { useTitle } from '../title';

const kDay = 24 * 3_600_000;

// A date that colours itself as it comes near.
function Until({ at }: { at: string | null }) {
  const m = useMessages();
  if (at === null) return null;
  const left = Date.parse(at) - live.now();
  const level = left < 7 * kDay ? 'level-danger' : left < 30 * kDay ? 'level-watch' : '';
  return (
    <time class={level ? `tag ${level}` : ''} dateTime={at} title={dateTime(at, m.locale)}>
      {at.slice(0, 10)}
    </time>
  );
}

function Certificate({ domain }: { domain: Domain }) {
  const m = useMessages();
  const { certificate } = domain;
  if (!certificate) return null;
  if (certificate.expires_at === null) {
    return (
      <span class="muted" title={certificate.error}>
        {m.domains.noCertificate}
      </span>
    );
  }
  return (
    <>
      <Until at={certificate.expires_at} />
      {certificate.problem !== '' && (
        <span class="tag level-danger" title={certificate.problem}>
          {m.domains.invalid}
        </span>
      )}
    </>
  );
}

function State({ domain }: { domain: Domain }) {
  const m = useMessages();
  const [before = '', after = ''] = m.domains.isGone('\u0000').split('\u0000');
  if (!domain.gone_at) {
    return (
      <span class="tag level-good">
        <Icon name="ok" />
        {m.domains.isLive}
      </span>
    );
  }
  return (
    <span class="tag level-none">
      <Icon name="gone" />
      <span>
        {before}
        <Ago at={domain.gone_at} />
        {after}
      </span>
    </span>
  );
}

function Row({ domain }: { domain: Domain }) {
  const m = useMessages();
  const [open, setOpen] = useState(false);
  return (
    <>
      <tr class={domain.gone_at ? 'retired' : ''}>
        <th scope="row">
          <button
            type="button"
            class="quiet"
            aria-expanded={open}
            onClick={() => setOpen((was) => !was)}
          >
            {domain.name.replace(/\.$/, '')}
          </button>
          {domain.private_zone && <span class="badge">{m.domains.private}</span>}
        </th>
        <td>
          <ClusterLinks clusters={domain.clusters} />
        </td>
        <td>
          <Until at={domain.registration?.expires_at ?? null} />
        </td>
        <td>
          <Certificate domain={domain} />
        </td>
        <td class="number wide">{domain.record_count.toLocaleString(m.locale)}</td>
        <td class="ellipsis wider" title={domain.comment}>
          {domain.comment}
        </td>
        <td class="mono wider">{domain.zone_id}</td>
        <td>
          <State domain={domain} />
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={8}>
            <DomainDetail zone={domain.zone_id} />
          </td>
        </tr>
      )}
    </>
  );
}

// Names that are registered and have no zone of their own here.
function Unzoned({ registrations }: { registrations: RegisteredDomain[] }) {
  const m = useMessages();
  if (registrations.length === 0) return null;
  return (
    <table class="registrations">
      <caption>{m.domains.withoutZone}</caption>
      <tbody>
        {registrations.map((one) => (
          <tr key={one.name} class={one.gone_at ? 'retired' : ''}>
            <th scope="row">{one.name}</th>
            <td>
              <Until at={one.expires_at} />
            </td>
            <td>{one.auto_renew ? m.domains.renews : m.domains.renewsNot}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function useSync(reload: () => Promise<void>) {
  const m = useMessages();
  const [working, setWorking] = useState(false);
  const [notice, setNotice] = useState<{ level: 'info' | 'danger'; text: string } | null>(null);
  const sync = async () => {
    setWorking(true);
    setNotice(null);
    try {
      const summary = await api.syncDomains();
      const { added, changed, gone, problems } = summary;
      const counts = m.domains.synced(summary.live, added, changed, gone);
      setNotice({ level: 'info', text: [counts, ...problems].join(' ') });
      await reload();
    } catch (reason) {
      setNotice({ level: 'danger', text: (reason as Error).message });
    }
    setWorking(false);
  };
  return { working, notice, sync };
}

export function DomainsPage() {
  const m = useMessages();
  const [gone, setGone] = useState(false);
  const [query, setQuery] = useState('');
  const domains = useResource(`domains ${gone}`, () => api.domains(gone), concernsDomains);
  const { working, notice, sync } = useSync(domains.reload);
  useTitle(m.domains.title);
  const rows = useMemo(() => {
    const text = (domain: Domain) =>
      `${domain.name} ${domain.comment} ${domain.zone_id} ${domain.clusters.join(' ')}`;
    return (domains.data?.domains ?? [])
      .filter((domain) => text(domain).toLowerCase().includes(query.trim().toLowerCase()))
      .sort((a, b) => byName(a.name, b.name));
  }, [domains.data, query]);
  const unzoned = useMemo(() => {
    const zones = new Set((domains.data?.domains ?? []).map((one) => one.name));
    return (domains.data?.registrations ?? []).filter((one) => !zones.has(`${one.name}.`));
  }, [domains.data]);
  return (
    <>
      <div class="page-head">
        <div>
          <h1>{m.domains.title}</h1>
          <p class="muted">{m.domains.lead}</p>
        </div>
        <div class="page-actions">
          <button type="button" disabled={working} onClick={() => void sync()}>
            <Icon name="refresh" />
            {working ? m.domains.syncing : m.domains.sync}
          </button>
        </div>
      </div>
      {notice && <Banner level={notice.level}>{notice.text}</Banner>}
      <div class="toolbar">
        <input
          type="search"
          name="filter"
          aria-label={m.instances.filter}
          placeholder={m.domains.filterHint}
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        <span class="muted" role="status">
          {m.domains.live(rows.length)}
        </span>
        <span class="spring" />
        <label class="check">
          <input
            type="checkbox"
            checked={gone}
            onChange={(event) => setGone(event.currentTarget.checked)}
          />
          {m.domains.showGone}
        </label>
      </div>
      {!domains.data && <Waiting resource={domains} />}
      {domains.data?.domains.length === 0 && (
        <p class="nothing">
          {m.domains.none} <code>livesonic domains sync</code>
        </p>
      )}
      {rows.length > 0 && (
        <table class="domains">
          <thead>
            <tr>
              <th scope="col">{m.domains.name}</th>
              <th scope="col">{m.domains.servedBy}</th>
              <th scope="col">{m.domains.expires}</th>
              <th scope="col">{m.domains.certificate}</th>
              <th scope="col" class="number wide">
                {m.domains.records}
              </th>
              <th scope="col" class="wider">
                {m.domains.comment}
              </th>
              <th scope="col" class="wider">
                {m.domains.zone}
              </th>
              <th scope="col">{m.domains.state}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((domain) => (
              <Row key={domain.zone_id} domain={domain} />
            ))}
          </tbody>
        </table>
      )}
      <Unzoned registrations={unzoned} />
    </>
  );
}
