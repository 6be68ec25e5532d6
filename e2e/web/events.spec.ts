import type { Page } from '@playwright/test';
import { apiOf } from '../harness/api.ts';
import { expect, test } from './fixtures.ts';

const rows = (page: Page) => page.getByRole('region', { name: 'Events' }).getByRole('row');

test('events come live at the top, and wait while the list is paused', async ({ dashboard, agent }) => {
  await agent.ok(['run', '-d', '--name', 'first', 'busybox', 'sleep', '1000']);
  await dashboard.getByRole('link', { name: 'Events', exact: true }).first().click();
  await expect(rows(dashboard).nth(1)).toContainText('first started');
  await agent.ok(['kill', 'first']);
  await expect(rows(dashboard).nth(1)).toContainText('first was stopped');
  await dashboard.keyboard.press('p');
  await expect(dashboard.getByText('Paused')).toBeVisible();
  await agent.ok(['rm', 'first']);
  const show = dashboard.getByRole('button', { name: '1 new, show' });
  await expect(show).toBeVisible();
  await expect(rows(dashboard).nth(1)).toContainText('first was stopped');
  await show.click();
  await expect(rows(dashboard).nth(1)).toContainText('first was removed');
});

test('filters are in the address and survive a reload; a box is a link to its page', async ({
  dashboard,
  agent,
}) => {
  await agent.box(['run', '--name', 'failing', 'busybox', 'sh', '-c', 'exit 3']);
  await agent.ok(['run', '--name', 'fine', 'busybox', 'true']);
  await dashboard.getByRole('link', { name: 'Events', exact: true }).first().click();
  await dashboard.getByRole('combobox', { name: 'Action' }).selectOption('die');
  await dashboard.getByLabel('Filter by name').fill('failing');
  await expect(rows(dashboard)).toHaveCount(2);
  await expect(dashboard).toHaveURL(/(?=.*action=die)(?=.*q=failing)/);
  await dashboard.reload();
  await expect(rows(dashboard)).toHaveCount(2);
  await expect(rows(dashboard).nth(1)).toContainText('failing ended with code 3');
  await expect(rows(dashboard).nth(1).getByRole('time')).toHaveAttribute('title', /\d{4}.*\d\d:\d\d:\d\d/);
  await rows(dashboard).nth(1).getByRole('link', { name: 'failing' }).click();
  await expect(dashboard).toHaveURL(/\/containers\/view\/\?id=[0-9a-f]{64}/);
});

test('a thousand events cost few rows, older ones are loaded, and new ones do not move what is read', async ({
  dashboard,
  agent,
}) => {
  const api = apiOf(agent);
  for (let batch = 0; batch < 30; batch++) {
    const made = await Promise.all(
      Array.from({ length: 10 }, () => api.mutate('containers.create', { image: 'busybox' })),
    );
    await Promise.all(made.map(({ id }) => api.mutate('containers.remove', { container: id })));
  }
  await dashboard.getByRole('link', { name: 'Events', exact: true }).first().click();
  await expect(rows(dashboard).nth(1)).toContainText('was removed');
  expect(await rows(dashboard).count()).toBeLessThan(60);
  const region = dashboard.getByRole('region', { name: 'Events' });
  const before = await region.evaluate((element) => element.scrollHeight);
  await region.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await dashboard.getByRole('button', { name: 'Load older' }).click();
  await expect.poll(() => region.evaluate((element) => element.scrollHeight)).toBeGreaterThan(before);

  await region.evaluate((element) => element.scrollTo(0, 1_600));
  const inSight = () =>
    region.evaluate((element) => {
      const { top } = element.getBoundingClientRect();
      return document.elementFromPoint(window.innerWidth / 2, top + 200)?.closest('tr')?.textContent;
    });
  await expect.poll(inSight).toBeTruthy();
  const index = () =>
    region.evaluate((element) => {
      const { top } = element.getBoundingClientRect();
      const row = document.elementFromPoint(window.innerWidth / 2, top + 200)?.closest('tr');
      return Number(row?.getAttribute('aria-rowindex'));
    });
  const [reading, at] = [await inSight(), await index()];
  await agent.ok(['run', '--rm', '--name', 'later', 'busybox', 'true']);
  await expect.poll(index).toBe(at + 4);
  expect((await inSight())?.replace(/^.*?(box|image)/, '')).toBe(reading?.replace(/^.*?(box|image)/, ''));
});
