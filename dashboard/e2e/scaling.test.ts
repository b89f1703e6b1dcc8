// SPDX-License-Identifier: Apache-2.0
// What policies want and would have cost. Always run against the mock server.

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

interface Context {
  after: (end: () => unknown) => void;
}

async function opened(t: Context, path: string, fleet = Fleet.sample()) {
  const site = await Site.mocked(fleet);
  t.after(() => site.stop());
  const { page, complaints } = await browser.open(site.url);
  await page.goto(path);
  return { site, page, complaints, fleet };
}

test('a cluster’s page says what its policy wants, why, and what was asked for', async (t) => {
  const { site, page, complaints, fleet } = await opened(t, '/clusters/web');
  const card = page.locator('.plan[data-plan="web"]');
  await card.getByLabel('18 present, 21 wanted').waitFor();
  await card.getByText('21 wanted by the odds by the days').waitFor();
  await card.getByText('buys 2 c6i.large spot').waitFor();
  await card.getByText('of $1,500').waitFor();
  await page.getByText('has a scaling policy of its own').waitFor();
  await card.getByText('4 spot pools').click();
  await card.locator('[data-pool="c6i.large ap-northeast-1d"]').getByText('Left alone').waitFor();
  await card.locator('[data-state="executing"]').waitFor();

  await page.waitForSelector('[data-link="live"]');
  const [plan] = fleet.plans;
  assert.ok(plan);
  Object.assign(plan, { wanted: 24, dry_run: true, conflicts: [], asked: '' });
  site.mock?.publish('round', 'web');
  await card.getByLabel('18 present, 24 wanted').waitFor();
  await page.locator('[data-tag="dry-run"]').waitFor();
  assert.equal(await page.getByText('has a scaling policy of its own').count(), 0);
  assert.deepEqual(complaints, []);
});

test('a cluster’s page says what its balancer counted, or why that is not known', async (t) => {
  const { page, complaints } = await opened(t, '/clusters/api');
  const counted = page.locator('.plan[data-plan="api"] [data-requests="known"]');
  await counted.getByText('11,200').waitFor();
  await counted.getByText('of 1,000').waitFor();
  await counted.getByText('RequestCount of targetgroup/api').waitFor();
  await page.goto('/clusters/batch');
  const missing = page.locator('.plan[data-plan="batch"] [data-requests="missing"]');
  await missing.getByText('cloudwatch:GetMetricData').waitFor();
  assert.deepEqual(complaints, []);
});

test('what was asked for leads to the action', async (t) => {
  const { page, complaints } = await opened(t, '/clusters/web');
  await page.getByRole('link', { name: 'set the capacity of web to 21' }).click();
  await page.getByRole('dialog', { name: 'set the capacity of web to 21' }).waitFor();
  assert.match(new URL(page.url()).pathname, /^\/actions\/[0-9a-f]{32}$/);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(new URL(page.url()).pathname, '/actions');
  assert.deepEqual(complaints, []);
});

test('a plan of which only the old fields are told is shown, and no policy shows nothing', async (t) => {
  const fleet = Fleet.sample();
  fleet.plans = fleet.plans.filter((plan) => plan.cluster === 'api');
  const { page, complaints } = await opened(t, '/clusters/api', fleet);
  await page.locator('.plan[data-plan="api"]').getByLabel('14 present, 14 wanted').waitFor();
  assert.equal(await page.locator('.plan .pools, .plan-steps, .plan-spent').count(), 0);
  await page.goto('/clusters/web');
  await page.waitForSelector('table.instances');
  assert.equal(await page.locator('.plan').count(), 0);
  assert.deepEqual(complaints, []);
});

test('the last month is replayed beside other ways to scale, over a range of one’s choice', async (t) => {
  const { page, complaints } = await opened(t, '/');
  await page.getByRole('link', { name: 'Scaling', exact: true }).click();
  const row = page.locator('tr[data-plan="web"]');
  await row.getByLabel('18 present, 21 wanted').waitFor();
  await page.locator('tr[data-plan="batch"] [data-tag="frozen"]').waitFor();
  await row.getByRole('button', { name: 'Last month with this policy' }).click();

  const panel = page.locator('[data-backtest="web"]');
  await panel.getByText('Objective kept').waitFor();
  await panel.getByText('The history begins on').waitFor();
  await panel.getByText('No target keeps the objective with Kubernetes HPA').waitFor();
  const ways = await panel.locator('.way[data-way]').evaluateAll((all) =>
    all.map((one) => one.getAttribute('data-way')),
  );
  assert.deepEqual(ways, ['livesonic', 'asg', 'static', 'optimum']);
  const cost = panel.locator('[data-figure="cost"] td');
  assert.deepEqual(await cost.allInnerTexts(), ['$889.94', '$1,542', '$2,543', '$794.59']);
  assert.equal(await panel.locator('[data-figure="cost_spot"]').count(), 0, 'there was none');
  // A bar is as long as its share of the dearest.
  const widths = await panel.locator('.way-measure:nth-child(2) .bar rect:nth-child(2)')
    .evaluateAll((all) => all.map((one) => Number(one.getAttribute('width'))));
  assert.deepEqual(widths.map(Math.round), [35, 61, 100, 31]);

  await panel.getByRole('button', { name: '7 days' }).click();
  await panel.getByText('Last 7 days with this policy').waitFor();
  await cost.first().getByText('$207.65').waitFor();
  assert.deepEqual(complaints, []);
});

test('a replay is waited for, and a busy monitor can be asked again', async (t) => {
  const { page, complaints } = await opened(t, '/');
  let answers = 0;
  await page.route('**/scaling/backtest*', async (route) => {
    answers += 1;
    if (answers > 1) return route.continue();
    await page.getByText('are replayed against the policy').waitFor();
    const error = { kind: 'busy', message: 'too many such requests are under way already' };
    await route.fulfill({ status: 503, json: { error } });
  });
  await page.goto('/scaling/api');
  await page.getByText('too many such requests').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Objective kept').waitFor();
  assert.equal(answers, 2);
  assert.deepEqual(complaints, []);
});

test('too short a history and a missing policy are told in words', async (t) => {
  const { page, complaints } = await opened(t, '/scaling/batch');
  await page.getByText('batch has been watched for less than an hour').waitFor();
  await page.goto('/scaling/nothing');
  await page.getByText('nothing has no scaling policy').waitFor();
  assert.deepEqual(complaints, []);
});

test('who has no policy yet is told how to write one', async (t) => {
  const fleet = new Fleet();
  fleet.add('shop', 'shop-elb', 'operator', 4, 0.1);
  const { site, page, complaints } = await opened(t, '/scaling', fleet);
  await page.getByRole('heading', { name: 'Let a policy say how many' }).waitFor();
  await page.locator('pre', { hasText: '- name: shop' }).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Cost report' }).count(), 0);
  const japanese = await browser.open(site.url, { locale: 'ja-JP' });
  await japanese.page.goto('/scaling');
  await japanese.page.getByRole('heading', { name: '台数はポリシーに任せる' }).waitFor();
  assert.deepEqual([...complaints, ...japanese.complaints], []);
});

test('the cost report tells what ran, what it cost and what would have cost less', async (t) => {
  const { page, complaints } = await opened(t, '/scaling');
  await page.getByRole('heading', { name: 'Cost report' }).waitFor();
  const web = page.locator('[data-costs="web"]');
  await web.getByText('$203.95').waitFor();
  await page.locator('[data-costs="api"]').getByText('7 unpriced').waitFor();
  await page.locator('[data-saving="web spot"]').getByText('$66.70').waitFor();
  await page.locator('tfoot').getByText('$495.60').waitFor();
  await page.getByRole('group', { name: 'Cost report' }).getByRole('button', { name: '24 hours' }).click();
  await web.getByText('$29.14').waitFor();
  assert.deepEqual(complaints, []);
});

test('on a narrow window nothing but tables in their boxes is wider than the page', async (t) => {
  const { page, complaints } = await opened(t, '/');
  await page.setViewportSize({ width: 390, height: 800 });
  for (const path of ['/scaling/web', '/clusters/web']) {
    await page.goto(path);
    await page.locator(path === '/scaling/web' ? '.ways' : '.plan').waitFor();
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(over, 0, path);
  }
  assert.deepEqual(complaints, []);
});
