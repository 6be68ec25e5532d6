import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, signIn, signInLink, test } from './fixtures.ts';

test('a name that is not ours is refused: DNS rebinding', async ({ agent }) => {
  const { hostname, port } = new URL(await signInLink(agent));
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request({ hostname, port, path: '/', headers: { host: `rebound.example:${port}` } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});

test('a page of another port of this host gets nowhere, though the browser sends it our cookie', async ({
  page,
  agent,
}) => {
  await signIn(page, agent);
  const origin = new URL(page.url()).origin;
  const secret = await page.evaluate(() => localStorage.getItem('boxyard.session') ?? '');
  // What a box with a published port could serve.
  const site = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<h1>box</h1>'),
  );
  await once(site.listen(0, '127.0.0.1'), 'listening');
  try {
    const foreign = await page.context().newPage();
    await foreign.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    const tried = await foreign.evaluate(
      async ([home, stolen]) => {
        const attempt = (path: string, init: RequestInit) =>
          fetch(home + path, { credentials: 'include', ...init }).then(
            (response) => `${response.type} ${response.status}`,
            () => 'refused',
          );
        const socket = new Promise((resolve) => {
          const ours = new WebSocket(`${home?.replace('http', 'ws')}/frames`, ['boxyard-frames', 'ticket.x']);
          ours.onopen = () => resolve('open');
          ours.onerror = () => resolve('refused');
        });
        return {
          read: await attempt('/trpc/containers.list', { headers: { 'x-boxyard-session': stolen ?? '' } }),
          ticket: await attempt('/session/ticket', { method: 'POST', body: '{}' }),
          socket: await socket,
        };
      },
      [origin, secret],
    );
    expect(tried).toEqual({ read: 'refused', ticket: 'refused', socket: 'refused' });
  } finally {
    site.close();
    site.closeAllConnections();
  }
});
