// SPDX-License-Identifier: Apache-2.0
// What stands in for something that is not there (yet).

import { NoAnswer } from '../api';
import { useMessages } from '../i18n';
import type { Resource } from '../resource';
import { Banner } from './Banner';

// Shown while `resource` has no data: why, and what can be done about it.
export function Waiting<T>({ resource }: { resource: Resource<T> }) {
  const m = useMessages();
  if (!resource.error) return <p class="waiting">{m.common.loading}</p>;
  return (
    <Banner level="danger">
      {m.common.failed(resource.error.message)}{' '}
      <button type="button" onClick={() => void resource.reload()}>
        {m.common.retry}
      </button>
    </Banner>
  );
}

// Shown beside old data that could not be read again. That there was no answer at all, the shell
// says for the whole page.
export function ReadTrouble<T>({ resource }: { resource: Resource<T> }) {
  const m = useMessages();
  if (!resource.error || resource.error instanceof NoAnswer) return null;
  return <Banner level="danger">{m.common.failed(resource.error.message)}</Banner>;
}
