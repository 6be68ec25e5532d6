import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** What a thumb hits, px; half a pixel is lost where heights are divided. */
const TARGET_PX = 43.5;
/** Of links inside a sentence: their line is the target, and WCAG 2.2 (2.5.8) asks for no more. */
const LINE_PX = 16;

/** Fails when something sticks out at the side, lies behind a bar, is cut off without a mark, or is too small for a thumb: at the page's start and at its end. */
export async function expectFits(page: Page, where: string): Promise<void> {
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect.soft(await sideways(), `${where}: sideways`).toBeLessThanOrEqual(0);
  const look = () => page.evaluate(misfits, { TARGET_PX, LINE_PX });
  expect.soft(await look(), where).toEqual([]);
  await page.evaluate(scrollTo, 'end' as const);
  expect.soft(await look(), `${where}, its end`).toEqual([]);
  await page.evaluate(scrollTo, 'start' as const);
}

/** Runs in the page. */
function scrollTo(where: 'start' | 'end'): void {
  for (const element of document.querySelectorAll('main *, [role=dialog] *')) {
    if (/auto|scroll/.test(getComputedStyle(element).overflowY) && !element.closest('.xterm, [role=log]'))
      element.scrollTop = where === 'end' ? element.scrollHeight : 0;
  }
}

/** Runs in the page. */
function misfits({ TARGET_PX, LINE_PX }: { TARGET_PX: number; LINE_PX: number }): string[] {
  const found: string[] = [];
  const ancestors = (element: Element): Element[] =>
    element.parentElement ? [element.parentElement, ...ancestors(element.parentElement)] : [];
  const inSight = (element: Element) => {
    const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
    // Smaller is what only screen readers read.
    if (width <= 1 || height <= 1 || bottom <= 0 || top >= innerHeight || right <= 0 || left >= innerWidth)
      return false;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    // Scrolled away inside of something is not cut off.
    return ancestors(element).every((one) => {
      if (getComputedStyle(one).overflow === 'visible') return true;
      const box = one.getBoundingClientRect();
      return bottom > box.top + 1 && top < box.bottom - 1 && right > box.left + 1 && left < box.right - 1;
    });
  };
  const call = (element: Element) =>
    `${element.localName} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}”`;
  const scrollsSideways = (element: Element) =>
    [element, ...ancestors(element)].some((one) => /auto|scroll/.test(getComputedStyle(one).overflowX));
  const isMarkedCut = (element: Element) =>
    [element, ...ancestors(element)].some((one) => getComputedStyle(one).textOverflow === 'ellipsis');

  const controls = 'a[href], button, input, select, textarea, summary, [role=tab], [role=menuitem]';
  for (const control of document.querySelectorAll(controls)) {
    if (control.closest('.xterm, [aria-hidden=true], [inert]') || !inSight(control)) continue;
    const target = control.matches('input') ? (control.closest('label') ?? control) : control;
    const { height, left, right, top, bottom } = target.getBoundingClientRect();
    const inline = control.localName === 'a' && getComputedStyle(control).display === 'inline';
    if (height < (inline ? LINE_PX : TARGET_PX))
      found.push(`${call(control)} is ${Math.round(height)} px high`);
    // The middle of what is shown of it: the rest may be scrolled away.
    const clips = ancestors(target)
      .filter((one) => getComputedStyle(one).overflow !== 'visible')
      .map((one) => one.getBoundingClientRect());
    const x =
      (Math.max(0, left, ...clips.map((clip) => clip.left)) +
        Math.min(innerWidth, right, ...clips.map((clip) => clip.right))) /
      2;
    const y =
      (Math.max(0, top, ...clips.map((clip) => clip.top)) +
        Math.min(innerHeight, bottom, ...clips.map((clip) => clip.bottom))) /
      2;
    const hit = document.elementFromPoint(x, y);
    if (hit && !target.contains(hit) && !hit.contains(target) && hit.closest('nav, header'))
      found.push(`${call(control)} is behind ${call(hit)}`);
  }
  for (const element of document.querySelectorAll('body *')) {
    const texts = [...element.childNodes].filter(
      ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && textContent?.trim(),
    );
    if (
      texts.length === 0 ||
      element.closest('.xterm, [aria-hidden=true], script, style') ||
      !inSight(element)
    )
      continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    if (
      range.getBoundingClientRect().right > innerWidth + 1 &&
      !scrollsSideways(element) &&
      !isMarkedCut(element)
    )
      found.push(`${call(element)} is cut off at the side`);
  }
  return found;
}
