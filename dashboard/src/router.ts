// SPDX-License-Identifier: Apache-2.0
// Paths to pages, by the browser's history. parse and the path builders are pure.

import { useEffect, useState } from 'preact/hooks';

export type Route =
  | { page: 'overview' }
  | { page: 'cluster'; cluster: string }
  | { page: 'instance'; cluster: string; instance: string }
  | { page: 'incidents' }
  | { page: 'domains' }
  | { page: 'actions'; action: string | null } // one of them in detail
  | { page: 'scaling'; cluster: string | null } // whose past is replayed
  | { page: 'unknown' };

export const paths = {
  overview: '/',
  incidents: '/incidents',
  domains: '/domains',
  actions: '/actions',
  action: (id: string) => `/actions/${encodeURIComponent(id)}`,
  scaling: '/scaling',
  scalingOf: (cluster: string) => `/scaling/${encodeURIComponent(cluster)}`,
  cluster: (name: string) => `/clusters/${encodeURIComponent(name)}`,
  instance: (cluster: string, id: string) =>
    `/clusters/${encodeURIComponent(cluster)}/instances/${encodeURIComponent(id)}`,
};

export function parse(path: string): Route {
  let parts: string[];
  try {
    parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return { page: 'unknown' };
  }
  const [first, second, third, instance] = parts;
  if (parts.length === 0) return { page: 'overview' };
  if (parts.length === 1 && first === 'incidents') return { page: 'incidents' };
  if (parts.length === 1 && first === 'domains') return { page: 'domains' };
  if (parts.length <= 2 && first === 'actions') return { page: 'actions', action: second ?? null };
  if (parts.length <= 2 && first === 'scaling') return { page: 'scaling', cluster: second ?? null };
  if (first === 'clusters' && second) {
    if (parts.length === 2) return { page: 'cluster', cluster: second };
    if (parts.length === 4 && third === 'instances' && instance) {
      return { page: 'instance', cluster: second, instance };
    }
  }
  return { page: 'unknown' };
}

export function navigate(path: string): void {
  history.pushState(null, '', path);
  window.dispatchEvent(new PopStateEvent('popstate'));
  window.scrollTo(0, 0);
}

// Plain clicks on links to our own pages stay within the page.
export function followLinks(click: MouseEvent): void {
  const plain =
    click.button === 0 && !click.metaKey && !click.ctrlKey && !click.shiftKey && !click.altKey;
  const link = click.target instanceof Element ? click.target.closest('a') : null;
  if (!plain || click.defaultPrevented || !link || link.target || link.hash) return;
  if (link.origin !== location.origin || link.pathname.startsWith('/api/')) return;
  click.preventDefault();
  navigate(link.pathname);
}

export function useRoute(): Route {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const follow = () => setPath(location.pathname);
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);
  return parse(path);
}
