import { request } from 'node:http';
import { type Frame, FrameDecoder, FrameType } from '@boxyard/spec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestAgent } from '../testing/test-agent.ts';

let agent: TestAgent;
beforeEach(async () => {
  agent = await TestAgent.start({ 'csp.json': '{"build": "abc", "hashes": []}' });
});
afterEach(() => agent[Symbol.asyncDispose]());

/** Frames of `POST /feed` until `enough` of them, then whether the answer went on. */
function frames(
  headers: Record<string, string>,
  { body = '{}', until }: { body?: string; until: (frames: Frame[]) => boolean },
): Promise<{ frames: Frame[]; ended: boolean; type: string | undefined }> {
  return new Promise((resolve, reject) => {
    const [hostname, port] = agent.host.split(':');
    const sent = request({ hostname, port, method: 'POST', path: '/feed', headers }, async (response) => {
      const decoder = new FrameDecoder();
      const got: Frame[] = [];
      const type = response.headers['content-type'];
      for await (const chunk of response) {
        got.push(...[...decoder.push(chunk)].map((frame) => ({ ...frame, payload: frame.payload.slice() })));
        if (until(got)) return resolve({ frames: got, ended: false, type });
      }
      resolve({ frames: got, ended: true, type });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
const text = (frame: Frame | undefined) => JSON.parse(Buffer.from(frame?.payload ?? []).toString() || 'null');

describe('the feed as an answer that goes on', () => {
  it('says which dashboard is served, then what the WebSocket would', async () => {
    agent.engine.containers = [{ id: 'a' } as never];
    const got = await frames(await agent.signIn(), { until: (all) => all.some(isFeed) });
    expect(got.type).toBe('application/octet-stream');
    expect(text(got.frames[0])).toMatchObject({ protocol: 1, web: 'abc' });
    expect(text(got.frames.find(isFeed))).toEqual({ type: 'snapshot', containers: [{ id: 'a' }] });
  });

  it('watches statistics that are asked for', async () => {
    const watch = { host: true, containers: 'all' };
    await frames(await agent.signIn(), {
      body: JSON.stringify({ watch }),
      until: () => agent.engine.watched.length > 0,
    });
    expect(agent.engine.watched).toEqual([watch]);
  });

  it('needs both halves of the session, our origin and a JSON body', async () => {
    const { origin, cookie, ...rest } = await agent.signIn();
    const ask = async (headers: Record<string, string>, body = '{}') =>
      (await agent.tcp('POST', '/feed', headers, body)).status;
    expect(await ask({ origin, 'content-type': 'application/json', cookie })).toBe(401);
    expect(await ask({ origin, ...rest })).toBe(401);
    expect(await ask({ cookie, ...rest })).toBe(403);
    expect(await ask({ origin: 'http://127.0.0.1:8080', cookie, ...rest })).toBe(403);
    expect(await ask({ origin, cookie, ...rest, 'content-type': 'text/plain' })).toBe(400);
    expect(await ask({ origin, cookie, ...rest }, '{"watch": 1}')).toBe(400);
    expect((await agent.tcp('GET', '/feed', { origin, cookie, ...rest })).status).toBe(400);
  });

  it('ends when its session is signed out', async () => {
    const session = await agent.signIn();
    let told = false;
    const got = await frames(session, {
      until: (all) => {
        if (!told && all.some(isFeed)) {
          told = true;
          void agent.tcp('DELETE', '/session', session);
        }
        return false;
      },
    });
    expect(got.ended).toBe(true);
  });
});

function isFeed({ type }: Frame): boolean {
  return type === FrameType.feed;
}
