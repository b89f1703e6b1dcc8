// SPDX-License-Identifier: Apache-2.0
// Which events make which page read again. Pure.

import type { LiveEvent } from './live';

export type Concern = (event: Pick<LiveEvent, 'kind' | 'cluster' | 'subject'>) => boolean;

// Readings of single hosts come in their thousands; the overview waits for the round to end.
export const concernsOverview: Concern = (event) =>
  event.kind !== 'readings' && !event.kind.startsWith('action');

export const concernsCluster =
  (cluster: string): Concern =>
  (event) =>
    event.kind === 'services.changed' ||
    event.kind === 'probes.changed' ||
    (event.cluster === cluster && !event.kind.startsWith('domains.'));

export const concernsHistory =
  (cluster: string): Concern =>
  (event) =>
    event.kind === 'round' && event.cluster === cluster;

export const concernsIncidents =
  (cluster: string | null): Concern =>
  (event) =>
    (event.kind.startsWith('incident.') || event.kind === 'cluster.removed') &&
    (cluster === null || event.cluster === cluster);

export const concernsSilences: Concern = (event) => event.kind === 'silences.changed';

export const concernsRules: Concern = (event) => event.kind === 'rules.changed';

export const concernsDomains: Concern = (event) => event.kind === 'domains.changed';

export const concernsActions =
  (cluster: string | null): Concern =>
  (event) =>
    event.kind === 'actions.switched' ||
    (event.kind === 'action.changed' && (cluster === null || event.cluster === cluster));

// A plan is made anew once a minute, without an event of its own: what it is made of comes with a
// round, what it asked for with an action.
export const concernsScaling =
  (cluster: string | null): Concern =>
  (event) =>
    ['round', 'instances.changed', 'action.changed', 'cluster.removed'].includes(event.kind) &&
    (cluster === null || event.cluster === cluster);
