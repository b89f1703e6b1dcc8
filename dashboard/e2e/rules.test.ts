// SPDX-License-Identifier: Apache-2.0
// The rules by which incidents are opened, below the incidents. Always run against the mock server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fleet } from '../mock/fleet';
import { kRules } from '../mock/rules';
import { Browser } from './browser';
import { Site } from './site';

let browser: Browser;
before(() => {
  browser = new Browser();
});
after(() => browser.close());

test('every rule is told in words: when, for how long, who is told, and what is done', async (t) => {
  const site = await Site.mocked(Fleet.sample());
  t.after(() => site.stop());
  const { page, complaints } = await browser.open(site.url);
  await page.goto('/incidents');
  await page.getByRole('heading', { name: 'Rules' }).waitFor();
  const rows = page.locator('table.rules tbody tr');
  await rows.nth(1).waitFor();
  assert.equal(await rows.count(), kRules.length);

  const cells = (name: string) => page.locator(`[data-rule="${name}"] td`).allInnerTexts();
  const plain = await cells('score');
  assert.deepEqual(plain[0]?.split(/\s*\n\s*/), ['score', 'built in']);
  assert.equal(plain[1], 'the score is below 40');
  assert.equal(plain[2], 'All');
  assert.equal(plain[3], '3 polls');
  assert.equal(plain[6], 'all channels');
  assert.equal(plain[7], '–');

  const capacity = await cells('half-gone');
  assert.equal(capacity[1], 'the capacity is below 60 %, until it is 75');
  assert.equal(capacity[2], 'shop, prod-*');
  assert.equal(capacity[5], 'Critical');
  assert.match(capacity[6] ?? '', /^pager\s+after 15 mins?: boss\s+again every 4 hrs?$/);
  assert.equal(capacity[7], 'Set the capacity (+2), then Run (restart-app)');
  assert.deepEqual(complaints, []);
});

test('a rule that is added appears without a reload, and leads to its runbook', async (t) => {
  const site = await Site.mocked(Fleet.sample());
  t.after(() => site.stop());
  const { page, complaints } = await browser.open(site.url);
  await page.goto('/incidents');
  await page.locator('[data-rule="half-gone"]').waitFor();
  await page.waitForSelector('[data-link="live"]');
  const [plain] = kRules;
  assert.ok(plain);
  const runbook = 'https://wiki.example.com/low';
  site.mock?.rules.push({ ...plain, name: 'low', below: 20, runbook, origin: 'operator' });
  site.mock?.publish('rules.changed', '', 'low');
  const row = page.locator('[data-rule="low"]');
  await row.getByText('the score is below 20').waitFor();
  assert.equal(await row.getByRole('link', { name: 'low' }).getAttribute('href'), runbook);
  assert.deepEqual(complaints, []);
});

test('in Japanese the rules are told in Japanese', async (t) => {
  const site = await Site.mocked(Fleet.sample());
  t.after(() => site.stop());
  const { page, complaints } = await browser.open(site.url, { locale: 'ja-JP' });
  await page.goto('/incidents');
  await page.locator('[data-rule="score"]').getByText('スコアが 40 未満').waitFor();
  assert.deepEqual(complaints, []);
});

test('a silence says what it would hit before it begins, and is listed then', async (t) => {
  const fleet = Fleet.sample();
  fleet.incident('web', 'score', [], Date.now() - 60_000, null);
  const site = await Site.mocked(fleet);
  t.after(() => site.stop());
  const { page, complaints } = await browser.open(site.url);
  await page.goto('/incidents');
  await page.waitForSelector('[data-link="live"]');
  await page.getByText('New silence').click();
  const matchers = page.locator('textarea[name="matchers"]');
  await matchers.fill('cluster=web');
  await page.getByRole('button', { name: 'What would it hit?' }).click();
  await page.locator('[data-hits="1"]').waitFor();
  await matchers.fill('tag:role=worker\ntag:env!~prod.*');
  await page.getByRole('button', { name: 'What would it hit?' }).click();
  await page.getByText('It hits no open incident for now.').waitFor();
  await page.locator('.silence-form').getByRole('button', { name: 'Silence' }).click();
  await page.locator('[data-silence]').getByText('tag:role=worker tag:env!~prod.*').waitFor();
  assert.equal(await matchers.inputValue(), '');
  await matchers.fill('color=red');
  await page.getByRole('button', { name: 'What would it hit?' }).click();
  await page.getByText('there is no such label').waitFor();
  assert.deepEqual(complaints, []);
});
