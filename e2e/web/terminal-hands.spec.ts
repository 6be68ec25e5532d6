import { expect, screenText, test } from './fixtures.ts';
import { openOwnShell, screenHas } from './terminals.ts';

test('what is selected is copied; a line is pasted as it is, lines with Enter only when asked', async ({
  dashboard,
  context,
  agent,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openOwnShell(dashboard, agent, 'web-paste');
  await dashboard.keyboard.type('clear; echo copied-$((40+2))\n');
  await screenHas(dashboard, /^copied-42$/m);
  await dashboard.getByTestId('terminal').click({ button: 'right', position: { x: 60, y: 60 } });
  await dashboard.getByRole('menuitem', { name: 'Select all' }).click();
  await expect(dashboard.getByLabel('Terminal input')).toBeFocused();
  await dashboard.keyboard.press('Control+Shift+C');
  const clipboard = () => dashboard.evaluate(() => navigator.clipboard.readText());
  await expect.poll(clipboard).toContain('copied-42');

  const put = (text: string) => dashboard.evaluate((value) => navigator.clipboard.writeText(value), text);
  await put('echo whole-$((1+1)) \x1b[201~');
  await dashboard.keyboard.press('Control+Shift+V');
  await screenHas(dashboard, /echo whole-\$\(\(1\+1\)\) \[201~/);
  await dashboard.keyboard.press('Control+c');
  await put('echo line-$((1+2))\necho line-$((2+2))\n');
  await dashboard.keyboard.press('Control+Shift+V');
  const question = dashboard.getByRole('dialog', { name: 'Paste 2 lines?' });
  await expect(question.getByText('echo line-$((2+2))')).toBeVisible();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toHaveCount(0);
  await dashboard.keyboard.press('Control+Shift+V');
  await question.getByRole('button', { name: 'Paste', exact: true }).click();
  await screenHas(dashboard, /^line-3\n.*\nline-4$/m);
});

test('find counts, goes on and back, and gives the terminal back', async ({ dashboard, agent }) => {
  await openOwnShell(dashboard, agent, 'web-find');
  await dashboard.keyboard.type('clear; for i in 1 2 3; do echo needle-$i; seq 1 200; done\n');
  await screenHas(dashboard, /^200\n/m);
  await dashboard.keyboard.press('Control+Shift+F');
  await dashboard.keyboard.type('needle-');
  const told = dashboard.getByRole('search').getByRole('status');
  await expect(told).toHaveText(/^\d of [34]$/);
  const [, last] = /of (\d)/.exec((await told.textContent()) ?? '') ?? [];
  await dashboard.keyboard.press('Enter');
  await expect(told).toHaveText(`${Number(last) - 1} of ${last}`);
  await screenHas(dashboard, /^needle-2$/m);
  await dashboard.keyboard.press('Shift+Enter');
  await expect(told).toHaveText(`${last} of ${last}`);
  await dashboard.keyboard.press('Control+a');
  await dashboard.keyboard.type('no such thing');
  await expect(told).toHaveText('no match');
  await dashboard.keyboard.press('Escape');
  await dashboard.keyboard.type('echo back-$((40+2))\n');
  await screenHas(dashboard, /^back-42$/m);
});

test('an address opens in a new tab; a link with words of its own shows its target and asks', async ({
  dashboard,
  context,
  agent,
}) => {
  await openOwnShell(dashboard, agent, 'web-links');
  const { origin } = new URL(dashboard.url());
  const first = { position: { x: 40, y: 8 } };
  await dashboard.keyboard.type(`clear; printf '${origin}/icon.svg\\n'\n`);
  await screenHas(dashboard, /^http.*icon\.svg\n/);
  const opened = context.waitForEvent('page');
  await dashboard.getByTestId('terminal').hover(first);
  await dashboard.getByTestId('terminal').click(first);
  const tab = await opened;
  await tab.waitForURL(`${origin}/icon.svg`);
  await tab.close();

  await dashboard.keyboard.type(
    "clear; printf '\\033]8;;https://example.com/real\\033\\\\harmless words\\033]8;;\\033\\\\\\n'\n",
  );
  await screenHas(dashboard, /^harmless words\n/);
  // xterm looks for links anew on another row.
  await dashboard.getByTestId('terminal').hover({ position: { x: 40, y: 160 } });
  await dashboard.getByTestId('terminal').hover(first);
  await dashboard.getByTestId('terminal').click(first);
  const question = dashboard.getByRole('dialog', { name: 'Open this link?' });
  await expect(question.getByText('https://example.com/real')).toBeVisible();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await dashboard.keyboard.type('echo back-$((40+2))\n');
  await screenHas(dashboard, /^back-42$/m);
});

test('letters grow by a chord, the program is told its new size, and it stays so', async ({
  dashboard,
  agent,
}) => {
  await openOwnShell(dashboard, agent, 'web-letters');
  let asked = 0;
  const columns = async () => {
    asked += 1;
    const answer = new RegExp(`^is-${asked} \\d+ (\\d+)$`, 'm');
    await dashboard.keyboard.type(`clear; echo is-$((${asked})) $(stty size)\n`);
    await screenHas(dashboard, answer);
    return Number(answer.exec(await screenText(dashboard))?.[1]);
  };
  const before = await columns();
  for (let step = 0; step < 4; step++) await dashboard.keyboard.press('Control+Shift++');
  const after = await columns();
  expect(after).toBeLessThan(before * 0.85);
  await dashboard.reload();
  await screenHas(dashboard, /#/);
  expect(await columns()).toBe(after);
  await dashboard.keyboard.press('Control+Shift+)');
  expect(await columns()).toBe(before);
});

test('a phone has the keys it lacks: Ctrl for the next letter, Tab, arrows; nothing is cut off at 360 px', async ({
  dashboard,
  agent,
}) => {
  await dashboard.setViewportSize({ width: 360, height: 740 });
  await openOwnShell(dashboard, agent, 'web-phone');
  const keys = dashboard.getByRole('toolbar', { name: 'Keys' });
  await dashboard.keyboard.type('clear; echo started; sleep 1000\n');
  await screenHas(dashboard, /^started$/m);
  await keys.getByRole('button', { name: 'Ctrl' }).click();
  await expect(keys.getByRole('button', { name: 'Ctrl' })).toHaveAttribute('aria-pressed', 'true');
  await dashboard.keyboard.type('c');
  await screenHas(dashboard, /\^C\n.*# ?$/);
  await expect(keys.getByRole('button', { name: 'Ctrl' })).toHaveAttribute('aria-pressed', 'false');
  await dashboard.keyboard.type('clear; echo again-$((40+2))\n');
  await screenHas(dashboard, /^again-42$/m);
  await dashboard.keyboard.type('clear\n');
  await screenHas(dashboard, /^\/ # ?$/);
  // The prompt stands before the shell listens to arrows.
  await expect(async () => {
    await keys.getByRole('button', { name: 'Up' }).click();
    await expect.poll(() => screenText(dashboard), { timeout: 1_000 }).toMatch(/^\/ # clear$/);
  }).toPass();
  await keys.getByRole('button', { name: 'Up' }).click();
  await screenHas(dashboard, /^\/ # clear; echo/);
  await dashboard.keyboard.type('\n');
  await screenHas(dashboard, /^again-42$/m);
  await dashboard.keyboard.type('clear; ls /et');
  await keys.getByRole('button', { name: 'Tab' }).click();
  await screenHas(dashboard, /ls \/etc\//);
  expect(await dashboard.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  // No row or column of the emulator lies outside of what is seen of it.
  const seen = await dashboard.getByTestId('terminal').boundingBox();
  const drawn = await dashboard.locator('.xterm-screen').boundingBox();
  if (!seen || !drawn) throw new Error('the terminal is not shown');
  expect(drawn.x + drawn.width).toBeLessThanOrEqual(seen.x + seen.width);
  expect(drawn.y + drawn.height).toBeLessThanOrEqual(seen.y + seen.height);
});
