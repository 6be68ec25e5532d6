import { expect, heapBytes, openBox, test } from './fixtures.ts';

test('a log opens at its tail, follows, stops when scrolled up, and the pill resumes', async ({
  dashboard,
  agent,
}) => {
  await agent.ok([
    'run',
    '-d',
    '--name',
    'web-log',
    'busybox',
    'sh',
    '-c',
    'seq 1 5000; i=5000; while :; do i=$((i+1)); echo $i; sleep 0.05; done',
  ]);
  await openBox(dashboard, 'web-log', 'Logs');
  const log = dashboard.getByRole('log');
  await expect(log.getByText('5010', { exact: true })).toBeVisible();
  await log.hover();
  await dashboard.mouse.wheel(0, -2000);
  await dashboard.getByRole('button', { name: 'Follow' }).click();
  await expect(dashboard.getByRole('button', { name: 'Follow' })).toHaveCount(0);
});

test('a log goes on after the agent was killed, every line once', async ({ dashboard, agent }) => {
  await agent.ok([
    'run',
    '-d',
    '--name',
    'web-again',
    'busybox',
    'sh',
    '-c',
    'i=0; while :; do i=$((i+1)); echo line $i; sleep 0.02; done',
  ]);
  await openBox(dashboard, 'web-again', 'Logs');
  const log = dashboard.getByRole('log');
  await expect(log.getByText(/^line \d+$/).first()).toBeVisible();
  await agent.restart();
  await expect(dashboard.getByText('live', { exact: true })).toBeVisible();
  await agent.ok(['kill', 'web-again']);
  const last = (await agent.ok(['logs', '-n', '1', 'web-again'])).trim();
  await expect(log.getByText(last, { exact: true })).toBeVisible();
  await log.evaluate((element) => element.scrollTo(0, 0));
  await expect(log.getByText('line 1', { exact: true })).toBeVisible();
  const total = Number(last.split(' ')[1]);
  await expect(dashboard.getByText(`${total.toLocaleString('en')} lines`)).toBeVisible();
});

test('a flood of lines and a line of 10 MB: what is held is bounded, the end is shown', async ({
  dashboard,
  agent,
}) => {
  const flood = "seq 1 300000; head -c 10000000 /dev/zero | tr '\\0' x; echo; echo the end; sleep 1000";
  await agent.ok(['run', '-d', '--name', 'web-flood', 'busybox', 'sh', '-c', flood]);
  await openBox(dashboard, 'web-flood', 'Logs');
  await expect(dashboard.getByRole('log').getByText('the end', { exact: true })).toBeVisible();
  await expect(dashboard.getByText(/^\d[\d,]* lines$/)).toBeVisible();
  expect(await dashboard.getByRole('log').locator('[data-line]').count()).toBeLessThan(120);
  expect(await heapBytes(dashboard)).toBeLessThan(60 * 1024 * 1024);
});

test('a log says that its box ended, and goes on when it is started again', async ({ dashboard, agent }) => {
  await agent.ok(['run', '-d', '--name', 'web-ended', 'busybox', 'sh', '-c', 'echo hello; sleep 0.5']);
  await openBox(dashboard, 'web-ended', 'Logs');
  await expect(dashboard.getByText('○ ended')).toBeVisible();
  await expect(dashboard.getByRole('log').getByText('hello', { exact: true })).toHaveCount(1);
  await dashboard.getByRole('button', { name: 'Start web-ended', exact: true }).click();
  await expect(dashboard.getByRole('log').getByText('hello', { exact: true })).toHaveCount(2);
});
