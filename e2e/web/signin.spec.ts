import { expect, signIn, signInLink, test } from './fixtures.ts';

test('a one-time link signs in once', async ({ page, agent, browser }) => {
  const link = await signInLink(agent);
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Overview', exact: true })).toBeVisible();
  expect(page.url()).not.toContain('token');
  const stranger = await browser.newPage();
  await stranger.goto(link);
  await expect(stranger.getByText('used already')).toBeVisible();
  await stranger.close();
});

test('without a session the page says how to sign in', async ({ page, agent }) => {
  await page.goto(new URL(await signInLink(agent)).origin);
  await expect(page.getByText('box ui')).toBeVisible();
});

test('a session survives an agent that is killed', async ({ page, agent }) => {
  await signIn(page, agent);
  await agent.restart();
  await page.reload();
  await expect(page.getByText('live', { exact: true })).toBeVisible();
});

test('signing out ends the session for good, here and at the agent', async ({ page, agent, context }) => {
  await signIn(page, agent);
  const secret = await page.evaluate(() => localStorage.getItem('boxyard.session') ?? '');
  const cookies = await context.cookies();
  await page.getByRole('button', { name: 'sign out' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByText('box ui')).toBeVisible();
  await context.addCookies(cookies);
  const list = new URL('/trpc/containers.list?input=%7B%7D', page.url()).href;
  const answer = await context.request.get(list, { headers: { 'x-boxyard-session': secret } });
  expect(answer.status()).toBe(401);
});

test('half a session is refused: the cookie without the secret, the secret without the cookie', async ({
  page,
  agent,
  context,
}) => {
  await signIn(page, agent);
  const list = '/trpc/containers.list?input=%7B%7D';
  const withSecret = (secret: boolean) =>
    page.evaluate(
      async ([path, send]) => {
        const stored = localStorage.getItem('boxyard.session') ?? '';
        return (await fetch(path as string, { headers: send ? { 'x-boxyard-session': stored } : {} })).status;
      },
      [list, secret] as const,
    );
  expect(await withSecret(true)).toBe(200);
  expect(await withSecret(false)).toBe(401);
  await context.clearCookies();
  expect(await withSecret(true)).toBe(401);
});
