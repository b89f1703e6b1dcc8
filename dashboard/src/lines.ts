// SPDX-License-Identifier: Apache-2.0
// The lines of a text that say something. Pure.

export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
