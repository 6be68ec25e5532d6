import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

const STOPS_MAX = 60;

interface Focus {
  /** `button Stop api`: what a person would call it. */
  what: string;
  /** Why nobody would see where it is; empty when it is seen. */
  unseen: string;
}

/** Fails unless the focus is on something, in the window, and marked. `what`: what it must be on. */
export async function expectFocusSeen(page: Page, what: RegExp = /./): Promise<void> {
  await expect
    .poll(async () => {
      const { what: on, unseen } = await focusOf(page);
      if (unseen) return `${on}: ${unseen}`;
      return what.test(on) ? 'seen' : on;
    })
    .toBe('seen');
}

/** Presses Tab, or with `back` Shift-Tab, until the focus is there; it is seen at every stop. */
export async function tabTo(page: Page, what: RegExp, back = false): Promise<void> {
  const passed: string[] = [];
  while (passed.length < STOPS_MAX) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
    const { what: on, unseen } = await focusOf(page);
    passed.push(on);
    // Past the last stop it is the browser's own, and comes in again at the first.
    if (unseen && on !== 'body') await expectFocusSeen(page);
    if (what.test(on)) return;
  }
  throw new Error(`Tab never came to ${what} but to ${passed.join(' | ')}`);
}

function focusOf(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return { what: 'body', unseen: 'the focus is lost' };
    const labelled = (element.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' ');
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : '';
    const name =
      element.getAttribute('aria-label') ?? (labelled.trim() || label || element.textContent || '');
    const what = `${element.getAttribute('role') ?? element.localName} ${name.trim().slice(0, 80)}`;
    const isMarked = (one: Element) => {
      return [undefined, '::after'].some((part) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(one, part);
        return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0;
      });
    };
    // A row of a menu is marked by its ground; a field without a frame, the palette's, by its caret in a box of its own.
    const byItself =
      isMarked(element) ||
      element.hasAttribute('data-highlighted') ||
      element.matches('[role=combobox], [role=dialog], [role=menu], main');
    // A control that is drawn by what is around it: a terminal's hidden field, a radio button inside its label.
    const around = element.closest('[data-testid=terminal], label, .relative')?.parentElement;
    const byAround = [element.closest('[data-testid=terminal]'), element.closest('label'), around].some(
      (one) => one && isMarked(one),
    );
    const seen = (element.closest('[data-testid=terminal], label') ?? element).getBoundingClientRect();
    const inWindow =
      seen.width > 0 && seen.bottom > 0 && seen.right > 0 && seen.top < innerHeight && seen.left < innerWidth;
    return { what, unseen: !inWindow ? 'out of the window' : byItself || byAround ? '' : 'not marked' };
  });
}
