// SPDX-License-Identifier: Apache-2.0
// The Route 53 zones that are live, and on demand those that vanished.

import { useMemo, useState } from 'preact/hooks';
import { api, type Domain } from '../api';
import { Ago } from '../clock';
import { Banner } from '../components/Banner';
import { Icon } from '../components/Icon';
import { Waiting } from '../components/Waiting';
import { concernsDomains } from '../concerns';
import { dateTime } from '../format';
import { useMessages } from '../i18n';
import { useResource } from '../resource';
import { byName } from '../table';
import { useTitle } from '../title';

function Row({ domain }: { domain: Domain }) {
  const m = useMessages();
  const [before = '', after = ''] = m.domains.isGone('\u0000').split('\u0000');
  return (
    <tr class={domain.gone_at ? 'retired' : ''}>
      <th scope="row">
        {domain.name.replace(/\.$/, '')}
        {domain.private_zone && <span class="badge">{m.domains.private}</span>}
      </th>
      <td class="number">{domain.record_count.toLocaleString(m.locale)}</td>
      <td class="ellipsis" title={domain.comment}>
        {domain.comment}
      </td>
      <td class="mono wide">{domain.zone_id}</td>
      <td class="mono wider ellipsis" title={domain.caller_reference}>
        {domain.caller_reference}
      </td>
      <td class="muted wider" title={dateTime(domain.first_seen, m.locale)}>
        <Ago at={domain.first_seen} />
      </td>
      <td>
        {domain.gone_at ? (
          <span class="tag level-none">
            <Icon name="gone" />
            <span>
              {before}
              <Ago at={domain.gone_at} />
              {after}
            </span>
          </span>
        ) : (
          <span class="tag level-good">
            <Icon name="ok" />
            {m.domains.isLive}
          </span>
        )}
      </td>
    </tr>
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
      const { live, added, changed, gone } = await api.syncDomains();
      setNotice({ level: 'info', text: m.domains.synced(live, added, changed, gone) });
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
    const text = (domain: Domain) => `${domain.name} ${domain.comment} ${domain.zone_id}`;
    return (domains.data ?? [])
      .filter((domain) => text(domain).toLowerCase().includes(query.trim().toLowerCase()))
      .sort((a, b) => byName(a.name, b.name));
  }, [domains.data, query]);
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
      {domains.data?.length === 0 && (
        <p class="nothing">
          {m.domains.none} <code>livesonic domains sync</code>
        </p>
      )}
      {rows.length > 0 && (
        <table class="domains">
          <thead>
            <tr>
              <th scope="col">{m.domains.name}</th>
              <th scope="col" class="number">
                {m.domains.records}
              </th>
              <th scope="col">{m.domains.comment}</th>
              <th scope="col" class="wide">
                {m.domains.zone}
              </th>
              <th scope="col" class="wider">
                {m.domains.reference}
              </th>
              <th scope="col" class="wider">
                {m.domains.firstSeen}
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
    </>
  );
}
