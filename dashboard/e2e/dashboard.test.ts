// SPDX-License-Identifier: Apache-2.0
// The page in a real browser. Only changes of the fleet are made, never a reload: what appears,
// appeared by itself.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { ClusterDetail } from '../src/api';
import { Browser } from './browser';
import { Site } from './site';

const kSoon = { timeout: 60_000 }; // three polls and a little
let site: Site;
let browser: Browser;
let cluster: ClusterDetail; // the one that things happen to

before(async () => {
  site = await Site.start();
  browser = new Browser();
  cluster = await polledCluster();
});

// A monitor that was just started has to poll first.
async function polledCluster(): Promise<ClusterDetail> {
  const deadline = Date.now() + kSoon.timeout;
  for (;;) {
    const { clusters } = await site.status();
    const ready = clusters.every(({ instances }) => instances.scored > 1);
    const [first] = clusters;
    if (ready && first) return site.cluster(first.name);
    assert.ok(Date.now() < deadline, 'the tests need clusters of two polled instances or more');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

after(async () => {
  await browser?.close();
  await site?.stop();
});

const rows = (page: Page) => page.locator('table.instances tbody tr[data-instance]');

test('the first page shows every cluster with score, trend and size', async () => {
  const { page, complaints } = await browser.open(site.url);
  await page.goto('/');
  const { clusters } = await site.status();
  await page.waitForSelector('li.cluster-row');
  assert.equal(await page.locator('li.cluster-row').count(), clusters.length);
  const row = page.locator(`[data-cluster="${cluster.name}"]`);
  assert.match(await row.locator('.score-number').innerText(), /^\d{1,3}$/);
  assert.ok(await row.locator('.trend').isVisible());
  assert.match(await row.innerText(), new RegExp(`${cluster.instances.watched} instances?`));
  await page.waitForSelector('[data-link="live"]', kSoon);
  assert.deepEqual(complaints, []);
});

test('a cluster page lists its instances and services', async () => {
  const { page, complaints } = await browser.open(site.url);
  await page.goto('/');
  await page.getByRole('link', { name: cluster.name, exact: true }).first().click();
  await page.waitForSelector('table.instances');
  assert.equal(new URL(page.url()).pathname, `/clusters/${cluster.name}`);
  assert.equal(await rows(page).count(), cluster.members.length);
  for (const service of cluster.services) {
    await page.locator('table.services').getByText(service.name, { exact: true }).waitFor();
  }
  await page.waitForSelector('.chart canvas', kSoon);
  const wanted = cluster.members[0]?.id ?? '';
  await page.getByRole('searchbox').fill(wanted);
  assert.equal(await rows(page).count(), 1);
  await page.locator(`[data-instance="${wanted}"] a`).click();
  await page.locator('h1', { hasText: cluster.members[0]?.label ?? '' }).waitFor();
  await page.goBack();
  await page.waitForSelector('table.instances');
  assert.deepEqual(complaints, []);
});

test('a score that drops, its incident, and their end appear without a reload', async () => {
  const overview = await browser.open(site.url);
  const detail = await browser.open(site.url);
  await overview.page.goto('/');
  await detail.page.goto(`/clusters/${cluster.name}`);
  const victim = cluster.members[0];
  assert.ok(victim);
  const row = detail.page.locator(`[data-instance="${victim.id}"]`);
  await row.waitFor();
  await overview.page.waitForSelector('[data-link="live"]', kSoon);
  await site.impose(victim.id, 7);
  try {
    await row.getByText('7', { exact: true }).waitFor(kSoon);
    await row.getByText('Low score').waitFor();
    const summary = overview.page.locator('.incident-open', { hasText: cluster.name });
    await summary.first().waitFor(kSoon);
    await detail.page.locator('.incident-open').first().waitFor(kSoon);
    await overview.page.waitForFunction(() => /^\(\d+\)/.test(document.title));
  } finally {
    await site.relieve(victim.id);
  }
  await row.getByText('Low score').waitFor({ state: 'detached', ...kSoon });
  await detail.page
    .locator('.incident-open')
    .first()
    .waitFor({ state: 'detached', ...kSoon });
  await detail.page.locator('.incident-closed').first().waitFor(kSoon);
  assert.deepEqual([...overview.complaints, ...detail.complaints], []);
});

test('an instance that joins the balancer appears without a reload', async () => {
  const { page, complaints } = await browser.open(site.url);
  await page.goto(`/clusters/${cluster.name}`);
  await page.waitForSelector('table.instances');
  const count = await rows(page).count();
  await site.launch(cluster.resource);
  await rows(page).nth(count).waitFor(kSoon);
  assert.deepEqual(complaints, []);
});

test('a service that stops is told with its reason', async (t) => {
  const service = cluster.services[0]?.name;
  const victim = cluster.members[1];
  if (!service || !victim) return t.skip('the cluster has no services');
  const { page, complaints } = await browser.open(site.url);
  await page.goto(`/clusters/${cluster.name}/instances/${victim.id}`);
  await page.waitForSelector('.check-reading');
  await site.stopService(victim.id, service);
  try {
    const reading = page.locator('.check-reading', { hasText: service });
    await reading.getByText('not as expected').waitFor(kSoon);
  } finally {
    await site.relieve(victim.id);
  }
  assert.deepEqual(complaints, []);
});

test('the language is the browser’s, can be switched, and stays', async () => {
  const { page, complaints } = await browser.open(site.url, { locale: 'ja-JP' });
  await page.goto('/');
  await page.getByRole('heading', { name: 'クラスター' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'ja');
  await page.getByRole('combobox', { name: '言語' }).selectOption('en');
  await page.getByRole('heading', { name: 'Clusters' }).waitFor();
  await page.goto('/incidents');
  await page.getByRole('heading', { name: 'Incidents' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assert.deepEqual(complaints, []);
});

test('domains are listed and synced', async () => {
  const { page, complaints } = await browser.open(site.url);
  await page.goto('/domains');
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText(/live zones?:/).waitFor(kSoon);
  await page.locator('table.domains tbody tr').first().waitFor();
  assert.deepEqual(complaints, []);
});

test('what every policy wants is told, or how to write one', async () => {
  const { page, complaints } = await browser.open(site.url);
  await page.goto('/');
  await page.getByRole('link', { name: 'Scaling', exact: true }).click();
  const { plans } = await site.scaling();
  if (plans.length === 0) await page.getByText('A policy to begin with').waitFor();
  for (const plan of plans) {
    const row = page.locator(`tr[data-plan="${plan.cluster}"]`);
    await row.getByRole('button').click();
    const panel = page.locator(`[data-backtest="${plan.cluster}"]`);
    await panel.getByText(/^Objective (kept|missed)$|less than an hour/).waitFor(kSoon);
  }
  assert.deepEqual(complaints, []);
});
