import type { Page } from '@playwright/test';
import { expect, openBox, screenText, test } from './fixtures.ts';

const screenHas = (page: Page, text: string | RegExp) => expect.poll(() => screenText(page)).toMatch(text);

test('typing reaches the box and its echo comes back; a resized window reaches the program', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-dit', '--name', 'web-term', 'busybox', 'sh']);
  await openBox(dashboard, 'web-term', 'Terminal');
  await screenHas(dashboard, /#/);
  await dashboard.keyboard.type('echo $((6*7))-ünï\n');
  await screenHas(dashboard, /^42-ünï$/m);
  await dashboard.keyboard.type('stty size\n');
  await screenHas(dashboard, /^\d+ \d+$/m);
  const before = (await screenText(dashboard)).match(/^(\d+ \d+)$/m)?.[1];
  await dashboard.setViewportSize({ width: 900, height: 500 });
  await dashboard.keyboard.type('clear; stty size\n');
  await expect.poll(async () => (await screenText(dashboard)).match(/^(\d+ \d+)$/m)?.[1]).not.toBe(before);
});

test('Ctrl-C ends a flood at once', async ({ dashboard, agent }) => {
  await agent.ok(['run', '-dit', '--name', 'web-yes', 'busybox', 'sh']);
  await openBox(dashboard, 'web-yes', 'Terminal');
  await screenHas(dashboard, /#/);
  await dashboard.keyboard.type('yes\n');
  await screenHas(dashboard, /^y$/m);
  await dashboard.keyboard.press('Control+c');
  await dashboard.keyboard.type('echo done-$((1+1))\n');
  await screenHas(dashboard, /^done-2$/m);
});

test('reload in the middle of vi shows the same screen, also by an agent that was killed meanwhile', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-dit', '--name', 'web-vi', 'busybox', 'sh']);
  await openBox(dashboard, 'web-vi', 'Terminal');
  await screenHas(dashboard, /#/);
  await dashboard.keyboard.type('seq 1 100 > /tmp/f; vi /tmp/f\n');
  await screenHas(dashboard, /^1\n2\n3\n/);
  await dashboard.keyboard.type('20Gihello ');
  await screenHas(dashboard, /hello 20/);
  const before = await screenText(dashboard);
  await dashboard.reload();
  await expect.poll(() => screenText(dashboard)).toBe(before);
  await agent.restart();
  await dashboard.reload();
  await expect.poll(() => screenText(dashboard)).toBe(before);
  await dashboard.keyboard.type('world ');
  await screenHas(dashboard, /hello world 20/);
});

test('a shell in a box without a terminal; a box that stops says so and offers Start', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-d', '--name', 'web-shell', 'busybox', 'sleep', '1000']);
  await openBox(dashboard, 'web-shell', 'Terminal');
  await dashboard.getByRole('button', { name: 'Open a shell' }).click();
  await screenHas(dashboard, /#/);
  await dashboard.keyboard.type('exit 4\n');
  await expect(dashboard.getByText('ended with 4')).toBeVisible();
  await agent.ok(['kill', 'web-shell']);
  await dashboard.getByRole('button', { name: 'Start web-shell' }).first().click();
  await expect(dashboard.getByText('running')).toBeVisible();
});

test('what is typed while the agent is dead arrives once when another one lives', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-dit', '--name', 'web-typed', 'busybox', 'cat']);
  await openBox(dashboard, 'web-typed', 'Terminal');
  await expect(dashboard.getByText('● live')).toBeVisible();
  await dashboard.keyboard.type('before\n');
  await screenHas(dashboard, /^before\nbefore$/m);
  await agent.kill9();
  await expect(dashboard.getByText('reconnecting: the box goes on')).toBeVisible();
  await dashboard.keyboard.type('while-dead\n');
  await agent.launch();
  await screenHas(dashboard, /^while-dead\nwhile-dead$/m);
  expect((await agent.ok(['logs', 'web-typed'])).match(/while-dead/g)).toHaveLength(2);
});
