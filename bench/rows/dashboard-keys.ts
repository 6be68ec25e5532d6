import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { signedInBrowser } from '../browser.ts';
import { median, quantile } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';

const KEYS = 100;
const ECHO_BAR_MS = 15;
const TABS = 12;
/** A fast typist's. */
const KEY_PAUSE_MS = 60;

/** A key pressed in the browser's terminal until its letter is on the screen, alone and beside eleven more tabs; and how a tab opens then. */
export async function keyRows(world: World): Promise<Row[]> {
  const { id } = await world.call<{ id: string }>('containers.create', {
    image: 'busybox',
    command: ['cat'],
    tty: true,
    openStdin: true,
  });
  await world.call('containers.start', { container: id });
  await using browser = await signedInBrowser(world);
  const { page, context } = browser;
  const { origin } = new URL(page.url());
  const rows = [echoRow('key to letter in the browser', await echoes(await openTerminal(page, id)))];
  const opened: number[] = [];
  for (let tab = 2; tab <= TABS; tab++) {
    const other = await context.newPage();
    const begin = performance.now();
    await other.goto(`${origin}/containers/`);
    await other.getByText('live', { exact: true }).waitFor();
    opened.push(performance.now() - begin);
  }
  await page.bringToFront();
  rows.push(echoRow(`key to letter beside ${TABS - 1} more tabs`, await echoes(page)));
  const last = opened.at(-1) ?? Number.NaN;
  rows.push({
    what: `tab ${TABS} opened until it is live`,
    figure: ms(last),
    peer: `the others: ${ms(median(opened.slice(0, -1)))}`,
    bar: '',
  });
  await world.call('containers.remove', { container: id, force: true });
  return rows;
}

async function openTerminal(page: Page, id: string): Promise<Page> {
  await page.goto(new URL(`/containers/view/?id=${id}&tab=terminal`, page.url()).href);
  await page.getByTestId('terminal-state').getByText('live').waitFor();
  await page.getByTestId('terminal').click();
  return page;
}

/** Milliseconds from the browser's time of each key to the emulator's screen with its letter. */
async function echoes(page: Page): Promise<number[]> {
  await page.getByTestId('terminal').evaluate((element) => {
    type Shown = HTMLElement & { terminalView: { screen: string } };
    const lettersOf = () => (element as Shown).terminalView.screen.split('x').length;
    const took: number[] = [];
    Object.assign(window, { took });
    // Looks again whenever nothing else is to do: timers would come 4 ms apart, animation frames 16.
    const channel = new MessageChannel();
    let pressed: { at: number; letters: number } | undefined;
    channel.port1.onmessage = () => {
      if (!pressed) return;
      if (lettersOf() === pressed.letters) return channel.port2.postMessage(null);
      took.push(performance.now() - pressed.at);
      pressed = undefined;
    };
    const begin = (event: KeyboardEvent) => {
      pressed = { at: event.timeStamp, letters: lettersOf() };
      channel.port2.postMessage(null);
    };
    const window_ = window as unknown as { begin?: typeof begin };
    if (window_.begin) removeEventListener('keydown', window_.begin, { capture: true });
    window_.begin = begin;
    addEventListener('keydown', begin, { capture: true });
  });
  for (let key = 0; key < KEYS; key++) {
    await page.keyboard.press('x');
    await page.waitForFunction(
      (keys) => (window as unknown as { took: number[] }).took.length === keys,
      key + 1,
    );
    await sleep(KEY_PAUSE_MS);
  }
  return page.evaluate(() => (window as unknown as { took: number[] }).took);
}

function echoRow(what: string, values: readonly number[]): Row {
  return {
    what: `${what}, p95`,
    figure: ms(quantile(values, 0.95)),
    peer: `p50 ${ms(median(values))}`,
    bar: `≤ ${ECHO_BAR_MS} ms`,
    reached: quantile(values, 0.95) <= ECHO_BAR_MS,
  };
}
