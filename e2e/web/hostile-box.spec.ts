/**
 * What a hostile box can do that publishes a port on this very host. Cookies ignore ports: when somebody visits it, the browser sends it
 * our cookie. It keeps every header it gets and replays them, sets cookies of our name, and its page tries what pages can try.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import type { TestAgent } from '../harness/agent.ts';
import { LIST, REMOVE, REMOVE_WEB, WebClient } from '../security/web-client.ts';
import { PORT } from './browser.ts';
import { expect, signIn, test } from './fixtures.ts';

/** The box's server: what it was sent, and what it answers with. */
class HostileBox implements AsyncDisposable {
  readonly seen: IncomingHttpHeaders[] = [];
  readonly setCookies: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.seen.push(request.headers);
      response
        .setHeader('content-type', 'text/html')
        .setHeader('set-cookie', this.setCookies)
        .end('<h1>a box</h1>');
    });
  }

  async listen(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** A signed-in person with a box called web, who then visits the hostile one. */
async function visit(page: Page, agent: TestAgent, box: HostileBox): Promise<Page> {
  await agent.ok(['run', '-d', '--name', 'web', 'busybox', 'sleep', '1000']);
  await signIn(page, agent);
  const visitor = await page.context().newPage();
  await visitor.goto(box.url);
  return visitor;
}

test.afterEach(async ({ agent }) => {
  expect(await agent.ok(['ps', '--format', '{{.Names}}'])).toBe('web');
  await agent.ok(['rm', '-f', 'web']);
});

test('every header that the browser sent it, replayed to the agent, opens nothing', async ({
  page,
  agent,
}) => {
  await using box = await new HostileBox().listen();
  await visit(page, agent, box);
  const stolen = box.seen.map(({ cookie }) => cookie).find((cookie) => cookie?.includes(`boxyard-${PORT}=`));
  // That the browser sends it is the danger; were it not so, this test would show nothing.
  expect(stolen).toBeTruthy();
  const web = new WebClient(agent, PORT);
  for (const headers of box.seen) {
    const { host: _, connection: __, ...replayed } = headers as Record<string, string>;
    const disguises: Record<string, string>[] = [{}, { origin: web.origin, 'sec-fetch-site': 'same-origin' }];
    for (const extra of disguises) {
      const sent = { ...replayed, ...extra, 'content-type': 'application/json' };
      for (const [method, path, body] of [
        ['GET', LIST, undefined],
        ['POST', REMOVE, REMOVE_WEB],
        ['POST', '/session/ticket', '{}'],
        ['POST', '/feed', '{}'],
        ['DELETE', '/session', undefined],
        ['POST', '/transfer/x', 'x'],
      ] as const) {
        const { status } = await web.ask(method, path, { headers: sent, ...(body ? { body } : {}) });
        expect([path, [401, 403, 404].includes(status)]).toEqual([path, true]);
      }
      expect([401, 403]).toContain(await web.socket(sent));
      expect([401, 403]).toContain(await web.socket(sent, 'guess'));
    }
  }
  await page.reload();
  await expect(page.getByText('live', { exact: true })).toBeVisible();
});

test('its page reads nothing and changes nothing by fetch, form, frame or WebSocket', async ({
  page,
  agent,
}) => {
  await using box = await new HostileBox().listen();
  const visitor = await visit(page, agent, box);
  const home = new URL(page.url()).origin;
  const tried = await visitor.evaluate(
    async ([to, list, remove, body]) => {
      const attempt = (path: string, init: RequestInit) =>
        fetch(to + path, { credentials: 'include', ...init }).then(
          (response) => `${response.type} ${response.status}`,
          () => 'refused',
        );
      const socket = (protocols: string[]) =>
        new Promise((resolve) => {
          const made = new WebSocket(`${to.replace('http', 'ws')}/frames`, protocols);
          made.onopen = () => resolve('open');
          made.onerror = () => resolve('refused');
        });
      const framed = () =>
        new Promise((resolve) => {
          const frame = document.createElement('iframe');
          frame.src = `${to}/`;
          frame.onload = () => {
            try {
              resolve(frame.contentDocument?.body.textContent ?? 'nothing');
            } catch {
              resolve('nothing');
            }
          };
          document.body.append(frame);
        });
      return {
        read: await attempt(list, {}),
        blind: await attempt(list, { mode: 'no-cors' }),
        change: await attempt(remove, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        }),
        simple: await attempt(remove, {
          method: 'POST',
          body,
          mode: 'no-cors',
          headers: { 'content-type': 'text/plain' },
        }),
        ticket: await attempt('/session/ticket', { method: 'POST', body: '{}', mode: 'no-cors' }),
        signOut: await attempt('/session', { method: 'DELETE' }),
        socket: await socket(['boxyard-frames']),
        socketWithGuess: await socket(['boxyard-frames', 'ticket.guess']),
        framed: await framed(),
      };
    },
    [home, LIST, REMOVE, REMOVE_WEB] as const,
  );
  expect(tried).toEqual({
    read: 'refused',
    // Cross-Origin-Resource-Policy keeps even the opaque answer away.
    blind: 'refused',
    change: 'refused',
    simple: 'refused',
    ticket: 'refused',
    signOut: 'refused',
    socket: 'refused',
    socketWithGuess: 'refused',
    framed: 'nothing',
  });
  for (const encoding of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
    await visitor.goto(box.url);
    const answered = visitor.waitForResponse((response) => response.url().startsWith(home));
    await visitor.evaluate(
      ([action, enctype, body]) => {
        const form = document.createElement('form');
        Object.assign(form, { action, enctype, method: 'post' });
        const field = document.createElement('input');
        Object.assign(field, { name: body, value: '' });
        form.append(field);
        document.body.append(form);
        form.submit();
      },
      [home + REMOVE, encoding, REMOVE_WEB] as const,
    );
    expect([encoding, (await answered).status()]).toEqual([encoding, 403]);
    await visitor.waitForURL(`${home}/**`);
  }
  await page.reload();
  await expect(page.getByText('live', { exact: true })).toBeVisible();
});

test('cookies of our name that it sets sign nobody in as the attacker', async ({ page, agent }) => {
  const attacker = await new WebClient(agent, PORT).signIn();
  const value = attacker.cookie.split('=')[1];
  await using box = await new HostileBox().listen();
  const visitor = await visit(page, agent, box);
  /** The id of the session that the agent takes the person for. */
  const who = () =>
    page.evaluate(async () => {
      const headers = { 'x-boxyard-session': localStorage.getItem('boxyard.session') ?? '' };
      const response = await fetch('/trpc/access.sessions', { headers });
      if (!response.ok) return response.status;
      const { result } = await response.json();
      return result.data.find(({ current }: { current: boolean }) => current).id;
    });
  const victim = await who();
  // Beside the person's own, and sent before it, as it is for a longer path.
  box.setCookies.push(`boxyard-${PORT}=${value}; Path=/trpc`);
  await visitor.reload();
  expect((await page.context().cookies()).filter(({ value: set }) => set === value)).toHaveLength(1);
  expect(await who()).toBe(victim);
  // In place of the person's own, which signs them out at worst.
  box.setCookies.push(`boxyard-${PORT}=${value}; Path=/`);
  await visitor.reload();
  expect([401, victim]).toContain(await who());
});
