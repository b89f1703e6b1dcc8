// SPDX-License-Identifier: Apache-2.0
// Which language the page speaks: the one chosen here before, else the browser's.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { en, type Messages } from './en';
import { ja } from './ja';

export type { Messages };
export type Language = 'en' | 'ja';
export const languages: Record<Language, Messages> = { en, ja };

const kStored = 'livesonic.language';

// The first of the browser's languages that we speak.
export function choose(stored: string | null, preferred: readonly string[]): Language {
  for (const tag of [stored ?? '', ...preferred]) {
    const language = tag.toLowerCase().split('-')[0] ?? '';
    if (language in languages) return language as Language;
  }
  return 'en';
}

export function initialLanguage(): Language {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(kStored);
  } catch {
    // Storage may be forbidden; then the browser's language it is, each time.
  }
  return choose(stored, navigator.languages);
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(kStored, language);
  } catch {
    // As above.
  }
}

export const LanguageContext = createContext<Messages>(en);
export const useMessages = (): Messages => useContext(LanguageContext);
