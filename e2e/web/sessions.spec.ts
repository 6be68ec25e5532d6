import { BOX } from '../harness/agent.ts';
import { Terminal } from '../harness/terminal.ts';
import { expect, screenText, signIn, test } from './fixtures.ts';
import { goTo, openOwnShell, says, screenHas, sessions, terminalPath } from './terminals.ts';

const LEAVINGS = 100;

test('two browsers and a command line are in one session: all see the same, each may type', async ({
  dashboard,
  browser,
  agent,
}) => {
  await agent.ok(['run', '-d', '--name', 'web-pair', 'busybox', 'sleep', '1000']);
  const id = await agent.ok(['inspect', '--format', '{{.Id}}', 'web-pair']);
  await goTo(dashboard, terminalPath(id));
  await dashboard.getByRole('button', { name: 'Open a shell' }).click();
  await screenHas(dashboard, /#/);
  await expect(dashboard).toHaveURL(/session=[0-9a-f]{64}/);
  const [session] = await sessions(agent, 'web-pair');

  const other = await (await browser.newContext({ viewport: { width: 900, height: 600 } })).newPage();
  await signIn(other, agent);
  await goTo(other, terminalPath(id, session?.id));
  await screenHas(other, /#/);
  await expect(other.getByText('2 watching').first()).toBeVisible();
  // The one who came last has the size; the first sees that, and takes it back by typing.
  await expect(dashboard.getByRole('button', { name: /fit to here/ })).toBeVisible();
  await dashboard.keyboard.type('clear; echo first-$((40+2))\n');
  await screenHas(other, /^first-42$/m);
  await expect(other.getByRole('button', { name: /fit to here/ })).toBeVisible();
  await other.keyboard.type('echo second-$((40+3))\n');
  await screenHas(dashboard, /^second-43$/m);
  expect(await screenText(dashboard)).toBe(await screenText(other));

  await using terminal = new Terminal(BOX, ['attach', session?.name ?? ''], { env: agent.env });
  await terminal.waitFor('second-43');
  terminal.write('echo third-$((40+4))\r');
  await screenHas(dashboard, /^third-44$/m);
  await screenHas(other, /^third-44$/m);
  await expect(dashboard.getByText('3 watching').first()).toBeVisible();
  await agent.restart();
  await says(dashboard, 'live');
  terminal.write('echo fourth-$((40+5))\r');
  await screenHas(dashboard, /^fourth-45$/m);
  await other.context().close();
});

test('a session is renamed and ended; who was in it is told, and may open another', async ({
  dashboard,
  agent,
}) => {
  const id = await agent.ok(['run', '-d', '--name', 'web-named', 'busybox', 'sleep', '1000']);
  await agent.ok(['exec', '-dit', '--name', 'first', 'web-named', 'sh']);
  await goTo(dashboard, terminalPath(id));
  await dashboard.getByRole('button', { name: 'first sh' }).click();
  await says(dashboard, 'live');
  await dashboard.getByRole('button', { name: 'More of this terminal' }).click();
  await dashboard.getByRole('menuitem', { name: 'Rename…' }).click();
  await dashboard.getByLabel('Name', { exact: true }).fill('deploy');
  await dashboard.keyboard.press('Enter');
  await expect(dashboard.getByRole('button', { name: /^deploy/ })).toBeVisible();
  expect((await sessions(agent, 'web-named')).map(({ name }) => name)).toEqual(['deploy']);
  await dashboard.getByRole('button', { name: 'More of this terminal' }).click();
  await dashboard.getByRole('menuitem', { name: 'End session…' }).click();
  await dashboard.getByRole('button', { name: 'End session' }).click();
  await says(dashboard, /^session ended by SIGHUP$|^shell exited/);
  await dashboard.getByRole('button', { name: 'New shell' }).last().click();
  await says(dashboard, 'live');
  await screenHas(dashboard, /#/);
});

test('what shell, as whom and where is asked for once and remembered for the image', async ({
  dashboard,
  agent,
}) => {
  const id = await agent.ok(['run', '-d', '--name', 'web-choice', 'busybox', 'sleep', '1000']);
  await goTo(dashboard, terminalPath(id));
  await dashboard.getByRole('button', { name: 'Choose command and user…' }).click();
  await dashboard.getByLabel('Command').fill('sh -c "id -u; pwd; exec sh');
  await dashboard.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(dashboard.getByRole('dialog').getByRole('alert')).toBeVisible();
  await dashboard.getByLabel('Command').fill('sh -c "id -u; pwd; exec sh"');
  await dashboard.getByLabel('User').fill('1000');
  await dashboard.getByLabel('Directory').fill('/tmp');
  await dashboard.getByRole('button', { name: 'Open', exact: true }).click();
  await screenHas(dashboard, /^1000\n\/tmp\n/);
  await dashboard.getByRole('button', { name: 'New shell', exact: true }).click();
  await expect(dashboard.getByRole('button', { name: /^web-choice-2/ })).toBeVisible();
  await screenHas(dashboard, /^1000\n\/tmp\n/);
});

test('leaving a terminal a hundred times leaves one session, no viewer and no process', async ({
  dashboard,
  agent,
}) => {
  test.setTimeout(120_000);
  const id = await openOwnShell(dashboard, agent, 'web-leave');
  await agent.ok(['exec', '-dit', '--name', 'beside', 'web-leave', 'sh']);
  const tab = dashboard.getByRole('button', { name: /^beside/ });
  const own = dashboard.getByRole('button', { name: /its own/ });
  for (let leaving = 0; leaving < LEAVINGS / 2; leaving++) {
    await tab.click();
    await says(dashboard, 'live');
    await own.click();
    await says(dashboard, 'live');
  }
  const seen = async () =>
    (await sessions(agent, 'web-leave')).map(({ name, viewers }) => `${name} ${viewers}`);
  await expect.poll(seen).toEqual(['web-leave 1', 'beside 0']);
  await goTo(dashboard, '/containers/');
  await expect.poll(seen).toEqual(['web-leave 0', 'beside 0']);
  const shells = (await agent.ok(['top', id])).split('\n').filter((line) => /\bsh\b/.test(line));
  expect(shells).toHaveLength(2);
});

test('all terminals of all boxes on one page: joined side by side, in the address, begun there', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-dit', '--name', 'web-one', 'busybox', 'sh']);
  await agent.ok(['run', '-d', '--name', 'web-two', 'busybox', 'sleep', '1000']);
  await agent.ok(['exec', '-dit', '--name', 'side', 'web-two', 'sh']);
  await dashboard.getByRole('link', { name: 'Terminals' }).first().click();
  await dashboard.getByRole('button', { name: /^web-one/ }).click();
  await dashboard.getByRole('button', { name: /^side/ }).click();
  const panes = dashboard.getByTestId('terminal-state');
  await expect(panes).toHaveText(['live', 'live']);
  await dashboard.reload();
  await expect(panes).toHaveText(['live', 'live']);
  await dashboard.getByRole('button', { name: 'New shell' }).click();
  await dashboard.getByRole('dialog').getByLabel('Box').fill('web-two');
  await dashboard.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(panes).toHaveText(['live', 'live', 'live']);
  await dashboard.getByRole('button', { name: 'Leave side' }).click();
  await expect(panes).toHaveText(['live', 'live']);
  await agent.ok(['kill', 'web-two']);
  await expect(panes.filter({ hasText: 'box stopped with 137' })).toHaveCount(1);
});
