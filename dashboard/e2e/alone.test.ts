// SPDX-License-Identifier: Apache-2.0
// What needs a monitor that does as it is told: no clusters yet, a fleet of thousands, a monitor
// that dies. Always run against the mock server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fleet } from '../mock/fleet';
import { Browser } from './browser';
import { Site } from './site';

let browser: Browser;
before(() => {
  browser = new Browser();
});
after(() => browser.close());

test('without a cluster the page teaches how to register one, and does it', async (t) => {
  const site = await Site.mocked(new Fleet());
  t.after(() => site.stop());
  const { page, complaints } = await browser.open(site.url);
  await page.goto('/');
  await page.getByText('livesonic cluster add web --elb web-elb').waitFor();
  await page.getByLabel('Cluster name').fill('shop');
  await page.getByLabel('Resource').fill('shop-elb');
  await page.getByText('Account, region and more').click();
  await page.getByRole('textbox', { name: /^Account/ }).fill('prod');
  await page.getByRole('textbox', { name: /^Region/ }).fill('eu-central-1');
  await page.getByRole('button', { name: 'Register' }).click();
  await page.locator('[data-cluster="shop"]').waitFor();

  await page.getByRole('button', { name: 'Register a load balancer' }).click();
  await page.getByLabel('Cluster name').fill('shop');
  await page.getByLabel('Resource').fill('other-elb');
  await page.getByRole('dialog').getByRole('button', { name: 'Register' }).click();
  await page.getByRole('alert').getByText('registered already').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await page.getByRole('link', { name: 'shop', exact: true }).click();
  await page.getByText('prod, eu-central-1').waitFor();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('button', { name: 'Remove cluster' }).click();
  await page.getByText('Watch your first fleet').waitFor();
  assert.deepEqual(complaints, []);
});

test('five thousand instances stay usable: few rows in the document, any of them reachable', async (t) => {
  const fleet = new Fleet();
  fleet.add('large', 'large-elb', 'operator', 5_000, 0.3);
  const site = await Site.mocked(fleet);
  t.after(() => site.stop());
  const { page, complaints } = await browser.open(site.url);
  await page.goto('/clusters/large');
  const rows = page.locator('table.instances tbody tr[data-instance]');
  await rows.first().waitFor();
  assert.ok((await rows.count()) < 100, 'only rows in view are drawn');
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await page.getByRole('link', { name: 'large-5000', exact: true }).waitFor();
  await page.getByRole('searchbox').fill('large-2500');
  await page.getByRole('link', { name: 'large-2500', exact: true }).waitFor();
  assert.equal(await rows.count(), 1);
  assert.deepEqual(complaints, []);
});

test('a monitor that dies is told at once, and its return brings everything up to date', async (t) => {
  const fleet = Fleet.sample();
  const site = await Site.mocked(fleet);
  t.after(() => site.stop());
  const { page } = await browser.open(site.url);
  await page.goto('/');
  await page.waitForSelector('[data-link="live"]');
  await site.stop();
  await page.getByText('No connection to Livesonic').waitFor({ timeout: 30_000 });
  assert.ok(
    await page.locator('li.cluster-row').first().isVisible(),
    'what was known stays in view',
  );
  fleet.add('late', 'late-elb', 'operator', 2, 0.1);
  const again = await Site.mocked(fleet, Number(new URL(site.url).port));
  t.after(() => again.stop());
  await page.waitForSelector('[data-link="live"]', { timeout: 30_000 });
  await page.locator('[data-cluster="late"]').waitFor();
});

test('nothing that the fleet says is taken for markup', async (t) => {
  const fleet = Fleet.sample();
  const [cluster] = fleet.clusters;
  const [instance] = cluster?.members ?? [];
  assert.ok(cluster && instance);
  const evil = '<img src=x onerror="document.title=1"><b>bold</b>';
  Object.assign(instance, { name: evil, label: evil });
  fleet.fail(instance, 'nginx');
  const [check] = instance.checks;
  assert.ok(check);
  Object.assign(check, { out: evil, detail: evil });
  cluster.warning = evil;
  const site = await Site.mocked(fleet);
  t.after(() => site.stop());
  const { page, complaints } = await browser.open(site.url);
  await page.goto(`/clusters/${cluster.name}`);
  await page.locator(`[data-instance="${instance.id}"]`).getByText(evil).waitFor();
  await page.goto(`/clusters/${cluster.name}/instances/${instance.id}`);
  await page.locator('pre', { hasText: evil }).waitFor();
  assert.equal(await page.locator('main img, main b:text("bold")').count(), 0);
  assert.deepEqual(complaints, []);
});

test('a domain tells whom it leads to, its records over time and its certificate', async (t) => {
  const site = await Site.mocked(Fleet.sample());
  t.after(() => site.stop());
  const { page, complaints } = await browser.open(site.url);
  await page.goto('/domains');
  const row = page.locator('table.domains tbody tr', { hasText: 'example.com' }).first();
  assert.equal(await row.getByRole('link').first().textContent(), 'web');
  await row.getByRole('button', { name: 'example.com' }).click();
  await page.getByText('Records over time').waitFor();
  await page.getByText("Let's Encrypt").waitFor();
  assert.deepEqual(complaints, []);
});
