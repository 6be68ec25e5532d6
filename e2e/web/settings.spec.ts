import type { Page } from '@playwright/test';
import type { TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import { expect, signIn, signInLink, test } from './fixtures.ts';

const PASSWORD = 'correct horse battery';
const setPassword = (agent: TestAgent) => agent.ok(['user', 'passwd', '--stdin'], { input: PASSWORD });
const openSettings = async (page: Page, tab: string) => {
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: tab, exact: true }).click();
};

test.afterEach(async ({ agent }) => {
  await agent.ok(['user', 'passwd', '--remove']);
  await agent.ok(['user', 'revoke', '--all']);
});

test('a password is set in the settings and signs in afterwards; wrong ones and haste are told in words', async ({
  page,
  agent,
  browser,
}) => {
  await signIn(page, agent);
  await openSettings(page, 'Sign-in');
  const form = page.getByRole('tabpanel');
  await form.getByLabel('New password', { exact: true }).fill('short');
  await form.getByRole('button', { name: 'Set password' }).click();
  await expect(form.getByText('at least 12 characters.')).toBeVisible();
  await form.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await form.getByLabel('New password again').fill('another horse battery');
  await form.getByRole('button', { name: 'Set password' }).click();
  await expect(form.getByText('The two are not the same.')).toBeVisible();
  await form.getByLabel('New password again').fill(PASSWORD);
  await form.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('Password set', { exact: true })).toBeVisible();

  const other = await (await browser.newContext()).newPage();
  await other.goto(new URL(page.url()).origin);
  await other.getByLabel('Password').fill('not this one');
  await other.keyboard.press('Enter');
  await expect(other.getByText('This is not the password.')).toBeVisible();
  await other.getByLabel('Password').fill(PASSWORD);
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(other.getByRole('heading', { name: 'Overview', exact: true })).toBeVisible();
  expect(other.url()).not.toContain(PASSWORD);
  await other.context().close();
});

test('too many attempts are told with the seconds to wait, and a link still signs in', async ({
  page,
  agent,
}) => {
  await setPassword(agent);
  const link = await signInLink(agent);
  await page.goto(new URL('/signin/', link).href);
  // Past the form, which waits for each answer.
  await page.evaluate(() =>
    Promise.all(
      Array.from({ length: 6 }, () =>
        fetch('/session', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"password":"wrong"}',
        }),
      ),
    ),
  );
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Too many attempts\. Wait \d+ s/)).toBeVisible();
  await expect(page.getByRole('button', { name: /Try again in \d+ s/ })).toBeDisabled();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Overview', exact: true })).toBeVisible();
});

test('a browser that is signed out elsewhere is told so at once, and comes back to its page', async ({
  page,
  agent,
  browser,
}) => {
  // Another agent counts attempts anew: those of the tests before must not be in the way.
  await agent.restart();
  await setPassword(agent);
  const other = await (await browser.newContext()).newPage();
  await signIn(other, agent);
  await other.getByRole('link', { name: 'Images', exact: true }).click();
  await signIn(page, agent);
  await openSettings(page, 'Sessions');
  const rows = page.getByRole('row').filter({ hasText: 'by link' });
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: 'this browser' }).getByRole('button')).toHaveCount(0);
  await rows.getByRole('button', { name: /^Sign out/ }).click();
  await expect(rows).toHaveCount(1);
  await expect(other.getByText('the session of this browser has ended')).toBeVisible();
  await other.getByLabel('Password').fill(PASSWORD);
  await other.keyboard.press('Enter');
  await expect(other.getByRole('heading', { name: 'Images', exact: true })).toBeVisible();

  await page.reload();
  await page.getByRole('button', { name: 'Sign out all others…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out all others' }).click();
  await expect(page.getByText('1 browser signed out')).toBeVisible();
  await expect(other.getByLabel('Password')).toBeVisible();
  await other.context().close();
});

test('the look is kept by the browser: theme, rows, terminals', async ({ page, agent }) => {
  await signIn(page, agent);
  await openSettings(page, 'Appearance');
  const html = page.locator('html');
  await page.getByText('dark', { exact: true }).click();
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.getByText('compact', { exact: true }).click();
  await page.getByRole('button', { name: 'Larger' }).click();
  await page.reload();
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await expect(html).toHaveAttribute('data-density', 'compact');
  await expect(page.getByRole('radio', { name: 'Compact' })).toBeChecked();
  await expect(page.getByText('14 px')).toBeVisible();
});

test('diagnostics show what the host lacks, and make a report without secrets', async ({
  page,
  agent,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, agent);
  await openSettings(page, 'Diagnostics');
  await expect(page.getByText('OverlayFS')).toBeVisible();
  await expect(page.getByText(/ms median, .* ms p99/)).toBeVisible();
  await page.getByRole('button', { name: 'Copy report' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('OverlayFS');
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toContain('Boxyard ');
  expect(report).not.toContain(await page.evaluate(() => localStorage.getItem('boxyard.session') ?? 'none'));
});

test('the audit tells who asked for what and how it ended, a page at a time', async ({ page, agent }) => {
  const api = apiOf(agent);
  for (let index = 0; index <= 220; index++)
    await api.mutate('containers.remove', { container: `nosuch-${index}` }).catch(() => undefined);
  await signIn(page, agent);
  await openSettings(page, 'Audit');
  const newest = page.getByRole('row').nth(1);
  await expect(newest).toContainText('this browser');
  await expect(newest).toContainText('session.signIn');
  const refused = page.getByRole('row').filter({ hasText: 'container=nosuch-220' }).first();
  await expect(refused).toContainText('command line');
  await expect(refused).toContainText('NOT_FOUND');
  await expect(page.getByText('container=nosuch-0', { exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Load older' }).click();
  await expect(page.getByText('container=nosuch-0', { exact: true })).toBeVisible();
});
