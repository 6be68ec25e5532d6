import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestAgent } from '../testing/test-agent.ts';

const HASH = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
let agent: TestAgent;
beforeEach(async () => {
  agent = await TestAgent.start({
    'csp.json': JSON.stringify({ hashes: [HASH, "'unsafe-inline'", 'https://evil.example'] }),
    'signin.html': '<p>sign in</p>',
    'containers/view.html': '<p>view</p>',
    '404.html': '<p>nothing here</p>',
    '_next/static/chunks/abc123.js': 'let a = 1;',
    '_next/static/chunks/abc123.js.gz': 'gzipped script',
    '_next/static/chunks/abc123.js.br': 'brotli script',
    '../secret.txt': 'secret',
  });
});
afterEach(() => agent[Symbol.asyncDispose]());

describe('the dashboard', () => {
  it('is served by the paths that its pages link to', async () => {
    expect((await agent.tcp('GET', '/')).body).toBe('<p>hello</p>');
    expect((await agent.tcp('GET', '/containers/view?id=abc&tab=logs')).body).toBe('<p>view</p>');
    expect((await agent.tcp('GET', '/signin/')).body).toBe('<p>sign in</p>');
    const missing = await agent.tcp('GET', '/nowhere');
    expect([missing.status, missing.body]).toEqual([404, '<p>nothing here</p>']);
  });

  it('sends types, keeps hashed files for ever and asks again for the rest', async () => {
    const script = await agent.tcp('GET', '/_next/static/chunks/abc123.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const page = await agent.tcp('GET', '/');
    expect(page.headers['cache-control']).toBe('no-cache');
    const again = await agent.tcp('GET', '/', { 'if-none-match': String(page.headers.etag) });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  it('sends what the build compressed to those who take it', async () => {
    const ask = async (accepted: string) => {
      const { headers, body } = await agent.tcp('GET', '/_next/static/chunks/abc123.js', {
        'accept-encoding': accepted,
      });
      return [headers['content-encoding'], headers['content-type'], headers.vary, body];
    };
    const type = 'text/javascript; charset=utf-8';
    expect(await ask('gzip, deflate, br;q=1')).toEqual(['br', type, 'Accept-Encoding', 'brotli script']);
    expect(await ask('GZIP, br;q=0')).toEqual(['gzip', type, 'Accept-Encoding', 'gzipped script']);
    expect(await ask('identity')).toEqual([undefined, type, 'Accept-Encoding', 'let a = 1;']);
    expect((await agent.tcp('GET', '/_next/static/chunks/abc123.js.gz')).status).toBe(404);
  });

  it('takes each compressed form for a version of its own', async () => {
    const [plain, compressed] = await Promise.all(
      ['identity', 'br'].map(async (accepted) => {
        const path = '/_next/static/chunks/abc123.js';
        return String((await agent.tcp('GET', path, { 'accept-encoding': accepted })).headers.etag);
      }),
    );
    expect(plain).not.toBe(compressed);
  });

  it('allows the inline scripts that the build hashed, and no others', async () => {
    const policy = String((await agent.tcp('GET', '/')).headers['content-security-policy']);
    expect(policy).toContain(`script-src 'self' '${HASH}';`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`connect-src 'self' ws://${agent.host}`);
    expect(policy).not.toContain('evil');
  });

  it('lets a Worker load scripts from here and reach nothing else', async () => {
    const script = await agent.tcp('GET', '/_next/static/chunks/abc123.js');
    expect(script.headers['content-security-policy']).toBe("default-src 'none'; script-src 'self'");
  });

  it('keeps the policy of the build to itself', async () => {
    expect((await agent.tcp('GET', '/csp.json')).status).toBe(404);
  });

  it('never leaves its directory', async () => {
    const paths = [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '//../secret.txt',
      '/_next/../../secret.txt',
      '/%00',
      '/%',
    ];
    for (const path of paths) {
      const answer = await rawGet(agent.host, path);
      expect([path, answer.includes('404 Not Found'), answer.includes('secret')]).toEqual([
        path,
        true,
        false,
      ]);
    }
  });
});

/** node:http would tidy the path up. */
function rawGet(host: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(host.split(':')[1]), '127.0.0.1');
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}
