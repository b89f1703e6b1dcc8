// SPDX-License-Identifier: Apache-2.0
// The browser tab's title: "(2) web – Livesonic" while two incidents are open.

import { useEffect } from 'preact/hooks';

export function useTitle(page: string, openIncidents = 0): void {
  useEffect(() => {
    const count = openIncidents > 0 ? `(${openIncidents}) ` : '';
    document.title = `${count}${page} – Livesonic`;
  }, [page, openIncidents]);
}
