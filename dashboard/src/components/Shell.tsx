// SPDX-License-Identifier: Apache-2.0
// What surrounds every page: navigation, language, and how fresh the page is.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { shortTime } from '../format';
import { languages, useMessages, type Language } from '../i18n';
import { live } from '../live';
import { paths, type Route } from '../router';
import { Banner } from './Banner';
import { Icon } from './Icon';

function useLink() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const update = () => redraw((count) => count + 1);
    update(); // it may have changed before we listened
    return live.onLink(update);
  }, []);
  return { state: live.state(), answeredAt: live.answeredAt(), outdated: live.isOutdated() };
}

function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M3 14v-2M7.5 17V9M12 20V4M16.5 17V9M21 14v-2" />
    </svg>
  );
}

interface Props {
  route: Route;
  language: Language;
  onLanguage: (language: Language) => void;
  children: ComponentChildren;
}

export function Shell({ route, language, onLanguage, children }: Props) {
  const m = useMessages();
  const link = useLink();
  const overview =
    route.page === 'overview' || route.page === 'cluster' || route.page === 'instance';
  const here = (yes: boolean) => (yes ? 'page' : undefined);
  const since = link.answeredAt && new Date(link.answeredAt).toISOString();
  return (
    <>
      <a class="skip" href="#main">
        {m.nav.skip}
      </a>
      <header class="top">
        <a class="brand" href={paths.overview}>
          <Logo />
          Livesonic
        </a>
        <nav aria-label={m.nav.label}>
          <a href={paths.overview} aria-current={here(overview)}>
            {m.nav.overview}
          </a>
          <a href={paths.incidents} aria-current={here(route.page === 'incidents')}>
            {m.nav.incidents}
          </a>
          <a href={paths.scaling} aria-current={here(route.page === 'scaling')}>
            {m.nav.scaling}
          </a>
          <a href={paths.actions} aria-current={here(route.page === 'actions')}>
            {m.nav.actions}
          </a>
          <a href={paths.domains} aria-current={here(route.page === 'domains')}>
            {m.nav.domains}
          </a>
        </nav>
        <span class="spring" />
        <span class={`link link-${link.state}`} role="status" data-link={link.state}>
          <span class="link-dot" aria-hidden="true" />
          <span class="link-text">{m.link[link.state]}</span>
        </span>
        <select
          name="language"
          aria-label={m.nav.language}
          value={language}
          onChange={(event) => onLanguage(event.currentTarget.value as Language)}
        >
          {Object.entries(languages).map(([tag, messages]) => (
            <option key={tag} value={tag}>
              {messages.languageName}
            </option>
          ))}
        </select>
      </header>
      {link.state === 'lost' && (
        <Banner level="danger">
          {since ? m.link.lostBanner(shortTime(since, Date.now(), m.locale)) : m.link.neverReached}
        </Banner>
      )}
      {link.outdated && (
        <Banner level="info">
          {m.link.updated}{' '}
          <button type="button" onClick={() => location.reload()}>
            <Icon name="refresh" /> {m.link.reload}
          </button>
        </Banner>
      )}
      <main id="main" class={link.state === 'lost' ? 'stale' : ''} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
