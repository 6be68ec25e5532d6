import { expect, test } from './fixtures.ts';

test('a menu opens by arrow, closes by Escape or its button, and gives the focus back', async ({
  dashboard,
}) => {
  const button = dashboard.getByRole('button', { name: 'Theme, help, sign out' });
  const menu = dashboard.getByRole('menu');
  await button.focus();
  await dashboard.keyboard.press('ArrowDown');
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await dashboard.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await expect(button).toBeFocused();
  await button.click();
  await expect(menu).toBeVisible();
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  await button.click();
  await expect(menu).toHaveCount(0);
});

test('a tooltip comes with the keyboard, goes with Escape, and its pointer may rest on it', async ({
  dashboard,
}) => {
  const button = dashboard.getByRole('button', { name: 'Theme, help, sign out' });
  const tooltip = dashboard.getByRole('tooltip');
  await dashboard.keyboard.press('Tab');
  await button.focus();
  await expect(tooltip).toHaveText('Theme, help, sign out');
  await dashboard.keyboard.press('Escape');
  await expect(tooltip).toHaveCount(0);
  await button.hover();
  await tooltip.hover();
  await expect(tooltip).toBeVisible();
  await dashboard.mouse.move(0, 0);
  await expect(tooltip).toHaveCount(0);
});

test('menus open and failures are told though the agent is gone', async ({ dashboard, agent }) => {
  await agent.ok(['run', '-d', '--name', 'kit-gone', 'busybox', 'sleep', '1000']);
  await expect(dashboard.locator('[data-container="kit-gone"]')).toBeVisible();
  await dashboard.waitForLoadState('networkidle');
  await agent.kill9();
  await dashboard.getByRole('button', { name: 'Theme, help, sign out' }).click();
  await expect(dashboard.getByRole('menuitem', { name: 'Settings' })).toBeVisible();
  await dashboard.keyboard.press('Escape');
  await dashboard.getByRole('button', { name: 'Stop kit-gone' }).click();
  await expect(
    dashboard.getByRole('region', { name: 'Notifications' }).getByText('the agent does not answer'),
  ).toBeVisible();
  await agent.launch();
});

test('a dialog takes the focus to what it is about and gives it back', async ({ dashboard, agent }) => {
  await agent.ok(['run', '-d', '--name', 'kit-dialog', 'busybox', 'true']);
  const row = dashboard.locator('[data-container="kit-dialog"]');
  const more = row.getByRole('button', { name: /More|Actions/ });
  await more.click();
  await dashboard.getByRole('menuitem', { name: /Remove/ }).click();
  const dialog = dashboard.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await dashboard.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});
