import type { Page } from '@playwright/test';

type Shown = HTMLElement & { terminalView: { screen: string } };

/**
 * Measures in the page: from the next key to a terminal's screen that matches. Resolves when the page listens; what it gives resolves
 * with the milliseconds.
 */
export async function timeAfterKey(page: Page, screen: RegExp): Promise<() => Promise<number>> {
  const time = await page.getByTestId('terminal').evaluateHandle((element, source) => {
    const pattern = new RegExp(source);
    const answer = new Promise<number>((resolve) => {
      const pressed = (event: KeyboardEvent) => {
        // The modifier of a chord is a key too; what counts is the one after it.
        if (event.key === 'Control') return;
        document.removeEventListener('keydown', pressed, { capture: true });
        // A timer would look every 4 ms at most.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          if (!pattern.test((element as Shown).terminalView.screen)) return port2.postMessage(null);
          port1.close();
          resolve(performance.now() - event.timeStamp);
        };
        port2.postMessage(null);
      };
      document.addEventListener('keydown', pressed, { capture: true });
    });
    return { answer };
  }, screen.source);
  return () => time.evaluate(({ answer }) => answer);
}
