// SPDX-License-Identifier: Apache-2.0
// Asking for actions, approving them and stopping them all. Always run against the mock server.

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

async function opened(t: { after: (end: () => unknown) => void }) {
  const fleet = new Fleet();
  const cluster = fleet.add('shop', 'shop-elb', 'operator', 4, 0.1);
  const site = await Site.mocked(fleet);
  t.after(() => site.stop());
  const { page, complaints } = await browser.open(site.url);
  const id = fleet.detail(cluster, false).members[0]!.id;
  await page.goto(`/clusters/shop/instances/${id}`);
  return { page, complaints, id };
}

test('an action is confirmed with what the limits say, approved, and shown with its numbers', async (t) => {
  const { page, complaints, id } = await opened(t);
  await page.locator('[data-action="replace"]').click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('[data-verdict="awaiting_approval"]').waitFor();
  await dialog.getByText(`replace ${id}`).waitFor();
  await dialog.getByRole('button', { name: 'Ask for it' }).click();
  await dialog.locator('.form-actions').getByRole('button', { name: 'Close' }).click();

  await page.getByRole('link', { name: 'Actions', exact: true }).click();
  const row = page.locator('table.actions tbody tr').first();
  await row.locator('[data-state="awaiting_approval"]').waitFor();
  await row.getByRole('button', { name: 'Approve' }).click();
  await row.locator('[data-state="done"]').waitFor();
  await row.getByRole('button', { name: 'Details' }).click();
  await page.getByRole('dialog').getByText('sound_after').waitFor();
  assert.deepEqual(complaints, []);
});

test('a dry run is told as such, and a diagnosis shows what the host said', async (t) => {
  const { page, complaints } = await opened(t);
  await page.locator('[data-action="reboot"]').click();
  await page.getByRole('dialog').locator('[data-verdict="dry_run"]').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('[data-action="diagnose"]').click();
  const confirm = page.getByRole('dialog').locator('button.primary');
  await page.getByRole('dialog').locator('[data-verdict="done"]').waitFor();
  await confirm.click();
  await page.getByRole('dialog').locator('.form-actions').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('link', { name: 'Actions', exact: true }).click();
  await page.getByRole('button', { name: 'Details' }).click();
  await page.getByText('up 12 days').waitFor();
  assert.deepEqual(complaints, []);
});

test('the switch stops everything, says so, and lets it go on', async (t) => {
  const { page, complaints } = await opened(t);
  await page.getByRole('link', { name: 'Actions', exact: true }).click();
  await page.locator('[data-switch="stop"]').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop all actions' }).click();
  await page.getByText('has stopped all actions').waitFor();
  await page.goBack();
  await page.locator('[data-action="reboot"]').click();
  await page.getByRole('dialog').locator('[data-verdict="refused"]').waitFor();
  assert.ok(await page.getByRole('dialog').locator('button.danger').isDisabled());
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Actions', exact: true }).click();
  await page.locator('[data-switch="resume"]').click();
  await page.locator('[data-switch="stop"]').waitFor();
  assert.deepEqual(complaints, []);
});

test('a cluster is rolled back from its head, once a person has approved it', async (t) => {
  const { page, complaints } = await opened(t);
  await page.goto('/clusters/shop');
  await page.locator('[data-action="roll_back"]').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('heading', { name: 'Roll back: shop' }).waitFor();
  await dialog.locator('[data-verdict="awaiting_approval"]').waitFor();
  await dialog.getByRole('button', { name: 'Ask for it' }).click();
  await dialog.locator('.form-actions').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('link', { name: 'Actions', exact: true }).click();
  const row = page.locator('table.actions tbody tr').first();
  await row.getByText('roll_back').waitFor();
  await row.getByRole('button', { name: 'Approve' }).click();
  await row.locator('[data-state="done"]').waitFor();
  assert.deepEqual(complaints, []);
});
