/** What the specs of terminals have in common. */
import type { Page } from '@playwright/test';
import type { TestAgent } from '../harness/agent.ts';
import { expect, screenText } from './fixtures.ts';

const POLL_MS = 50;

/** Waits until the screen, or with `history` also what scrolled off it, has the text. */
export const screenHas = (page: Page, text: RegExp, part: 'screen' | 'history' = 'screen') =>
  expect.poll(() => screenText(page, part), { intervals: [POLL_MS] }).toMatch(text);

/** The terminal's own words about its state. */
export const says = (page: Page, words: string | RegExp) =>
  expect(page.getByTestId('terminal-state')).toHaveText(words);

/** The address of a box's terminal, or of a session in it. */
export function terminalPath(box: string, session = ''): string {
  return `/containers/view/?id=${box}&tab=terminal${session && `&session=${session}`}`;
}

/** Another page of the dashboard, loaded anew. */
export const goTo = (page: Page, path: string) => page.goto(new URL(path, page.url()).href);

/** A box with a shell on its own terminal, opened in the page. Its id. */
export async function openOwnShell(page: Page, agent: TestAgent, name: string): Promise<string> {
  const id = await agent.ok(['run', '-dit', '--name', name, 'busybox', 'sh']);
  await goTo(page, terminalPath(id));
  await says(page, 'live');
  await screenHas(page, /#/);
  return id;
}

interface SessionLine {
  id: string;
  name: string;
  viewers: number;
}
export async function sessions(agent: TestAgent, box: string): Promise<SessionLine[]> {
  return JSON.parse(await agent.ok(['sessions', '--format', 'json', box])) as SessionLine[];
}
