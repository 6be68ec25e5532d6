/** The page "New box": a form and a command line, two views of one wish. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { TestAgent } from '../harness/agent.ts';
import { expect, test } from './fixtures.ts';

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const line = (page: Page) => field(page, 'Command line');
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

async function open(page: Page, query = ''): Promise<void> {
  await page.goto(new URL(`/containers/new/${query}`, page.url()).href);
  await expect(line(page)).toBeVisible();
}

async function configOf(agent: TestAgent, name: string) {
  const [found] = JSON.parse(await agent.ok(['inspect', name])) as [
    { id: string; config: Record<string, unknown> },
  ];
  return found.config as Record<string, unknown> & { env: string[]; args: string[] };
}

test('what is filled in appears as a command, what is typed as a command appears in the form, and the box is made of it', async ({
  dashboard,
  agent,
}) => {
  await dashboard.keyboard.press('n');
  await expect(line(dashboard)).toHaveValue('box run -d');
  await field(dashboard, 'Image').fill('busybox');
  await field(dashboard, 'Name').fill('made-web');
  await field(dashboard, 'Command').fill("sh -c 'echo it is $A; sleep 1000'");
  await press(dashboard, 'Add variable');
  await field(dashboard, 'Variable 1').fill('A');
  await field(dashboard, 'Value of A').fill('b c');
  await expect(line(dashboard)).toHaveValue(
    "box run -d --name made-web -e 'A=b c' busybox sh -c 'echo it is $A; sleep 1000'",
  );
  await line(dashboard).fill(
    "box run -d --name made-web -e 'A=b c' -v /etc:/host:ro --cap-drop CHOWN -l a=b --stop-timeout 1m busybox sh -c 'echo it is $A; sleep 1000'",
  );
  await dashboard.getByText('Files', { exact: true }).click();
  await expect(field(dashboard, 'Volume or path on the host 1')).toHaveValue('/etc');
  await expect(dashboard.getByLabel('read-only', { exact: true })).toBeChecked();
  await dashboard.getByText('Network and rights', { exact: true }).click();
  await expect(dashboard.getByRole('checkbox', { name: /^CHOWN/ })).not.toBeChecked();
  await dashboard.getByRole('checkbox', { name: /^NET_RAW/ }).check();
  await expect(line(dashboard)).toHaveValue(/--cap-add NET_RAW --cap-drop CHOWN/);
  await press(dashboard, 'Create and start');
  await expect(dashboard.getByRole('heading', { name: 'made-web', level: 1 })).toBeVisible();
  await expect(dashboard.getByText('it is b c')).toBeVisible();
  expect(await configOf(agent, 'made-web')).toMatchObject({
    env: expect.arrayContaining(['A=b c']),
    mounts: [{ source: '/etc', target: '/host', readonly: true }],
    capabilities: expect.arrayContaining(['CAP_NET_RAW']),
    labels: { a: 'b' },
    stopTimeout: 60,
  });
});

test('a word that cannot be read is marked, the form waits, and the first mistake gets the focus', async ({
  dashboard,
}) => {
  await open(dashboard);
  await press(dashboard, 'Create and start');
  await expect(field(dashboard, 'Image')).toBeFocused();
  await expect(dashboard.getByText(/No image given/)).toBeVisible();
  await line(dashboard).fill('box run -d --nmae x busybox');
  await expect(dashboard.getByText(/has no flag --nmae/)).toBeVisible();
  await expect(dashboard.locator('mark')).toHaveText('--nmae');
  await expect(field(dashboard, 'Image')).toHaveValue('');
  await line(dashboard).fill('box run -d --shm-size much busybox');
  await expect(field(dashboard, 'Image')).toHaveValue('busybox');
  await expect(dashboard.locator('mark')).toHaveText('much');
  await expect(field(dashboard, 'Size of /dev/shm')).toHaveAttribute('aria-invalid', 'true');
  await dashboard.getByText('Files', { exact: true }).click();
  await expect(field(dashboard, 'Size of /dev/shm')).toBeHidden();
  await press(dashboard, 'Create and start');
  await expect(field(dashboard, 'Size of /dev/shm')).toBeFocused();
  await field(dashboard, 'Size of /dev/shm').fill('1g');
  await expect(line(dashboard)).toHaveValue('box run -d --shm-size 1g busybox');
  await expect(dashboard.locator('mark')).toHaveCount(0);
});

test('what the agent refuses is said at the field; nothing is left behind, and what was typed stays, over a reload too', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['create', '--name', 'taken', 'busybox']);
  await open(dashboard);
  await field(dashboard, 'Image').fill('nosuch');
  await field(dashboard, 'Name').fill('taken');
  await expect(dashboard.getByText(/There is a box called taken already/)).toBeVisible();
  await press(dashboard, 'use taken-2');
  await expect(field(dashboard, 'Name')).toHaveValue('taken-2');
  await press(dashboard, 'Create and start');
  await expect(dashboard.getByText(/There is no image 'nosuch'/)).toBeVisible();
  await expect(dashboard.getByRole('link', { name: 'see the images' })).toHaveAttribute('href', /images/);
  await expect(field(dashboard, 'Image')).toBeFocused();
  await field(dashboard, 'Image').fill('busybox');
  await field(dashboard, 'Command').fill('no-such-program');
  await press(dashboard, 'Create and start');
  await expect(field(dashboard, 'Command')).toHaveAttribute('aria-invalid', 'true');
  expect(await agent.ok(['ps', '-a', '--format', '{{.Name}}'])).toBe('taken');
  await dashboard.reload();
  await expect(line(dashboard)).toHaveValue('box run -d --name taken-2 busybox no-such-program');
  await field(dashboard, 'Command').fill('true');
  await press(dashboard, 'Create only');
  await expect(dashboard.getByRole('heading', { name: 'taken-2', level: 1 })).toBeVisible();
  expect(await agent.ok(['inspect', '--format', '{{.State}}', 'taken-2'])).toBe('created');
  await open(dashboard);
  await expect(line(dashboard)).toHaveValue('box run -d');
});

test('Cancel forgets what was typed and makes nothing', async ({ dashboard, agent }) => {
  await open(dashboard, '?image=busybox');
  await field(dashboard, 'Name').fill('never');
  await press(dashboard, 'Cancel');
  await expect(dashboard.getByRole('heading', { name: 'Boxes', exact: true })).toBeVisible();
  expect(await agent.ok(['ps', '-aq'])).toBe('');
  await open(dashboard, '?image=busybox');
  await expect(line(dashboard)).toHaveValue('box run -d busybox');
});

test('a box is made like another one', async ({ dashboard, agent }) => {
  const first = [
    '--name',
    'like',
    '--entrypoint',
    'sh',
    '-e',
    'A=1',
    '--tmpfs',
    '/x:size=1m',
    '-u',
    '5',
    '--ulimit',
    'nofile=9:99',
  ];
  const id = await agent.ok(['create', ...first, 'busybox', '-c', 'true']);
  await open(dashboard, `?from=${id}`);
  await expect(field(dashboard, 'Name')).toHaveValue('like-2');
  await press(dashboard, 'Create only');
  await expect(dashboard.getByRole('heading', { name: 'like-2', level: 1 })).toBeVisible();
  const [before, after] = [await configOf(agent, 'like'), await configOf(agent, 'like-2')];
  expect(after).toEqual({
    ...before,
    hostname: 'like-2',
    entrypoint: after.entrypoint,
    command: after.command,
  });
});

test('odd text arrives as it is: HTML, right-to-left, emoji, newlines, 10 kB; NUL is refused', async ({
  dashboard,
  agent,
}) => {
  await open(dashboard, '?image=busybox');
  const values = {
    HTML: '<img src=x onerror=alert(1)>',
    RTL: '\u202Eשלום',
    EMOJI: '👩‍👩‍👧',
    LONG: 'x'.repeat(10_000),
    QUOTE: `a'b"c\\d$E`,
  };
  for (const [index, [key, value]] of Object.entries(values).entries()) {
    await press(dashboard, 'Add variable');
    await field(dashboard, `Variable ${index + 1}`).fill(key);
    await field(dashboard, `Value of ${key}`).fill(value);
  }
  const wish = await line(dashboard).inputValue();
  await line(dashboard).fill(wish.replace('busybox', "-e 'LINES=a\nb' --name odd busybox"));
  await expect(field(dashboard, 'Value of LINES')).toHaveValue('a\nb');
  await line(dashboard).fill(wish.replace('busybox', "-e 'NUL=a\0b' busybox"));
  await expect(dashboard.getByText(/contains a NUL byte/).first()).toBeVisible();
  await line(dashboard).fill(wish.replace('busybox', "-e 'LINES=a\nb' --name odd busybox"));
  await press(dashboard, 'Create only');
  await expect(dashboard.getByRole('heading', { name: 'odd', level: 1 })).toBeVisible();
  const { env } = await configOf(agent, 'odd');
  expect(env).toEqual(
    expect.arrayContaining([
      ...Object.entries(values).map(([key, value]) => `${key}=${value}`),
      'LINES=a\nb',
    ]),
  );
});

test('a .env file is pasted as rows', async ({ dashboard }) => {
  await open(dashboard, '?image=busybox');
  await press(dashboard, 'Add variable');
  await expect(field(dashboard, 'Variable 1')).toBeFocused();
  await field(dashboard, 'Variable 1').evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', '# mine\nexport A=1\nB="x y"\n');
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(line(dashboard)).toHaveValue("box run -d -e A=1 -e 'B=x y' busybox");
});

test('from the list to a terminal in a new box with the keyboard alone', async ({ dashboard, agent }) => {
  const { keyboard } = dashboard;
  await keyboard.press('n');
  await expect(line(dashboard)).toBeVisible();
  const focused = () =>
    dashboard.evaluate(() => {
      const { activeElement } = document;
      return (activeElement as HTMLInputElement | null)?.labels?.[0]?.textContent ?? '';
    });
  for (let tabs = 0; tabs < 40 && !(await focused()).startsWith('Image'); tabs++) await keyboard.press('Tab');
  await keyboard.type('busy');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(field(dashboard, 'Image')).toHaveValue('busybox:latest');
  await keyboard.press('Tab');
  await keyboard.type('by-keys');
  await keyboard.press('Tab');
  await keyboard.type('sh');
  await keyboard.press('Tab');
  await keyboard.press('Space');
  await expect(line(dashboard)).toHaveValue('box run -dit --name by-keys busybox:latest sh');
  await keyboard.press('Control+Enter');
  await expect(dashboard).toHaveURL(/tab=terminal/);
  expect(await configOf(agent, 'by-keys')).toMatchObject({ tty: true, openStdin: true, args: ['sh'] });
});

test('no axe violation and nothing cut off at 360 px, light and dark, with everything open and wrong', async ({
  dashboard,
}) => {
  await dashboard.setViewportSize({ width: 360, height: 800 });
  await open(dashboard);
  await line(dashboard).fill(
    `box run -d --shm-size much -v /a:/${'very-long/'.repeat(20)} -e ${'X'.repeat(300)} busybox`,
  );
  for (const part of ['Process', 'Network and rights', 'Labels, log and end']) {
    await dashboard.getByText(part, { exact: true }).click();
  }
  expect(await dashboard.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without motion no colour is on its way from one theme to the other.
    await dashboard.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page: dashboard }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  }
});
