import type { Locator, Page } from '@playwright/test';

/** Bytes that the scripts of a page's Workers hold after a collection. */
export async function workerHeapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const workers: string[] = [];
  const answers = new Map<number, (result: { usedSize?: number }) => void>();
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker') workers.push(sessionId);
  });
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id?: number; result: { usedSize?: number } };
    if (id !== undefined) answers.get(id)?.(result);
  });
  // Not flat: Playwright keeps flat sessions to itself.
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  let id = 0;
  const ask = (sessionId: string, method: string) =>
    new Promise<{ usedSize?: number }>((resolve) => {
      id += 1;
      answers.set(id, resolve);
      void session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) });
    });
  let bytes = 0;
  for (const worker of workers) {
    await ask(worker, 'HeapProfiler.collectGarbage');
    bytes += (await ask(worker, 'Runtime.getHeapUsage')).usedSize ?? 0;
  }
  await session.detach();
  if (workers.length === 0) throw new Error('the page has no Worker');
  return bytes;
}

/** Pictures a second that a region shows while it is scrolled up and down for two seconds. */
export function scrollRate(region: Locator): Promise<number> {
  return region.evaluate(
    (element) =>
      new Promise<number>((resolve) => {
        const begin = performance.now();
        let pictures = 0;
        const step = () => {
          const spent = performance.now() - begin;
          if (spent > 2000) return resolve(Math.round((pictures / spent) * 1000));
          pictures += 1;
          element.scrollTop += pictures % 60 < 30 ? -60 : 60;
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
  );
}

/** Milliseconds, by the page's own clock, from pressing something to the picture in which the log has lines, with or without one of this text. */
export function untilShown(press: Locator, text: string, there: boolean): Promise<number> {
  return press.evaluate(
    (element: HTMLElement, wanted) =>
      new Promise<number>((resolve) => {
        const begin = performance.now();
        element.click();
        const look = () => {
          const lines = [...document.querySelectorAll('[role=log] [data-line]')];
          const found = lines.some((line) => line.textContent?.includes(wanted.text));
          if (lines.length > 0 && found === wanted.there) resolve(Math.round(performance.now() - begin));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    { text, there },
  );
}
