// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium with a fresh profile, and pages whose every complaint is kept.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chromium,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';

const kArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Tab {
  page: Page;
  complaints: string[]; // errors on the console, uncaught exceptions, policy violations
}

export class Browser {
  private readonly contexts: BrowserContext[] = [];
  private readonly profiles: string[] = [];

  // A page of its own browser. Paths are resolved against `base`.
  async open(base: string, options: BrowserContextOptions = {}): Promise<Tab> {
    const profile = mkdtempSync(join(tmpdir(), 'livesonic-chromium-'));
    this.profiles.push(profile);
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      headless: true,
      args: kArguments,
      baseURL: base,
      locale: 'en-US',
      viewport: { width: 1440, height: 900 },
      ...options,
    });
    this.contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const complaints: string[] = [];
    // The browser itself reports requests that failed; whether they may is for each test to say.
    page.on('console', (message) => {
      const network = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !network) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (violation) => {
        console.error(`policy: ${violation.violatedDirective} ${violation.blockedURI}`);
      });
    });
    return { page, complaints };
  }

  async close(): Promise<void> {
    for (const context of this.contexts) await context.close();
    for (const profile of this.profiles) rmSync(profile, { recursive: true, force: true });
  }
}
