import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';

test('a box that fails stands under what needs attention, leads to its log, and goes with the box', async ({
  dashboard,
  agent,
}) => {
  await dashboard.getByRole('link', { name: 'Overview', exact: true }).click();
  await agent.box(['run', '--name', 'broken', 'busybox', 'sh', '-c', 'echo no such table; exit 3']);
  const attention = dashboard.getByRole('region', { name: 'Needs attention' });
  await expect(attention.getByText('broken failed')).toBeVisible();
  await expect(attention.getByText('Its program ended with code 3', { exact: false })).toBeVisible();
  await attention.getByRole('link', { name: 'broken failed' }).click();
  await expect(dashboard.getByRole('log').getByText('no such table')).toBeVisible();
  await dashboard.getByRole('link', { name: 'Overview', exact: true }).click();
  await agent.ok(['rm', 'broken']);
  await expect(attention.getByText('broken failed')).toHaveCount(0);
});

test('the host has its figures, the busiest box is first, and events come as they happen', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-d', '--name', 'sleeper', 'busybox', 'sleep', '1000']);
  await agent.ok(['run', '-d', '--name', 'worker', 'busybox', 'sh', '-c', 'while :; do :; done']);
  await dashboard.getByRole('link', { name: 'Overview', exact: true }).click();
  for (const name of ['CPU', 'Memory', 'Disk', 'Pressure'])
    await expect(dashboard.getByRole('region', { name, exact: true }).getByText(/^[\d.]+%$/)).toBeVisible();
  const busiest = dashboard.getByRole('region', { name: 'Busiest boxes' });
  await expect(busiest.getByRole('link').first()).toHaveText('worker');
  await expect(busiest.getByRole('link')).toHaveCount(2);
  await busiest.getByRole('button', { name: 'Memory' }).click();
  await expect(dashboard).toHaveURL(/top=memory/);
  await expect(dashboard.getByRole('link', { name: '2 running' })).toBeVisible();
  await agent.ok(['kill', 'worker']);
  const events = dashboard.getByRole('region', { name: 'Recent events' });
  await expect(events.getByRole('listitem').first()).toHaveText(/worker was stopped/);
  await expect(busiest.getByRole('link')).toHaveCount(1);
});

test('what the feed tells stands while questions wait for their answers', async ({ dashboard }) => {
  const held = Promise.withResolvers<void>();
  await dashboard.route('**/trpc/**', async (route) => {
    await held.promise;
    await route.continue();
  });
  await dashboard.reload();
  await dashboard.getByRole('link', { name: 'Overview', exact: true }).click();
  await expect(dashboard.getByRole('region', { name: 'CPU', exact: true }).getByText(/%$/)).toBeVisible();
  await expect(
    dashboard.getByRole('region', { name: 'Busiest boxes' }).getByText('No boxes yet'),
  ).toBeVisible();
  held.resolve();
  await expect(
    dashboard.getByRole('region', { name: 'Space' }).getByRole('row', { name: /^Images 1 / }),
  ).toBeVisible();
});

test('of questions that travel together each is answered when its answer is known', async ({
  dashboard,
  agent,
}) => {
  const box = await agent.ok(['run', '-d', 'busybox', 'sleep', '1000']);
  const answer = await dashboard.evaluate(async (container) => {
    const input = encodeURIComponent(JSON.stringify({ 0: { container } }));
    const secret = localStorage.getItem('boxyard.session') ?? '';
    const response = await fetch(`/trpc/containers.wait,system.version?batch=1&input=${input}`, {
      headers: { 'trpc-accept': 'application/jsonl', 'x-boxyard-session': secret },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('protocol')) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    return text;
  }, box);
  expect(answer).toContain('"protocol":1');
  expect(await agent.ok(['ps', '-q', '--no-trunc'])).toBe(box);
});

test('Overview, Images and Events are clean for axe, and nothing is cut off at 360 px', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-d', '--name', 'seen', 'busybox', 'sleep', '1000']);
  await agent.box(['run', '--name', 'broken', 'busybox', 'sh', '-c', 'exit 3']);
  for (const [path, text] of [
    ['/', 'broken failed'],
    ['/images/', 'busybox:latest'],
    ['/events/', 'ended with code 3'],
  ] as const) {
    await dashboard.setViewportSize({ width: 1280, height: 800 });
    await dashboard.goto(new URL(path, dashboard.url()).href);
    await expect(dashboard.getByText(text).first()).toBeVisible();
    const { violations } = await new AxeBuilder({ page: dashboard }).include('main').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await dashboard.setViewportSize({ width: 360, height: 740 });
    await expect(dashboard.getByText(text).first()).toBeVisible();
    expect(await dashboard.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  }
});
