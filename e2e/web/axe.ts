import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Experimental in axe, so no tag switches it on: what is read on a control is part of its name, or voice control cannot press it. */
const NAME_SAYS_WHAT_IS_SEEN = { 'label-content-name-mismatch': { enabled: true } };

/** A menu has the focus while it is open: nobody looks for it among the landmarks. */
const FLOATING_MENU = /^<div[^>]* role="menu"/;

/** What axe has against the page as it stands: everything in the light theme, and the colours again in the dark one. */
export async function expectClean(page: Page, what: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const light = await builder(page)
    .options({ runOnly: { type: 'tag', values: TAGS }, rules: NAME_SAYS_WHAT_IS_SEEN })
    .analyze();
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  const dark = await builder(page)
    .options({ runOnly: { type: 'rule', values: ['color-contrast'] } })
    .analyze();
  const told = [...light.violations, ...dark.violations].flatMap(({ id, nodes }) =>
    nodes
      .filter(({ html }) => !(id === 'region' && FLOATING_MENU.test(html)))
      .map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
  expect.soft(told, what).toEqual([]);
}

/** Where the focus turns round in what floats: no stop for anybody. */
const FOCUS_GUARDS = '[data-base-ui-focus-guard]';

/** Without frames there is nothing to merge in a page of its own. */
const builder = (page: Page) => new AxeBuilder({ page }).setLegacyMode(true).exclude(FOCUS_GUARDS);
