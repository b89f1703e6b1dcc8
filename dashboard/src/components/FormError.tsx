// SPDX-License-Identifier: Apache-2.0
// Why something could not be done; nothing where it could.

export function FormError({ text }: { text: string }) {
  if (text === '') return null;
  return (
    <p class="form-error" role="alert">
      {text}
    </p>
  );
}
