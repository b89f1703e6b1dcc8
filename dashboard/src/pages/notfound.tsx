// SPDX-License-Identifier: Apache-2.0
import { useMessages } from '../i18n';
import { paths } from '../router';

export function NotFoundPage({ text }: { text?: string }) {
  const m = useMessages();
  return (
    <div class="lost-page">
      <p>{text ?? m.common.notFound}</p>
      <a href={paths.overview}>{m.common.home}</a>
    </div>
  );
}
