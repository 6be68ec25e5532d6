import { expect, it } from 'vitest';
import { proxyFor } from './proxy.ts';

const through = (url: string, environment: NodeJS.ProcessEnv, proxy?: string) =>
  proxyFor(new URL(url), { proxy }, environment);
const PROXY = 'http://proxy:3128';

it('the scheme chooses the variable, lower case first; a proxy without a scheme speaks HTTP', () => {
  const environment = { HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2', HTTP_PROXY: 'c:3' };
  expect(through('https://x.org', environment)).toBe('http://b:2');
  expect(through('http://x.org', environment)).toBe('http://c:3');
  expect(through('https://x.org', { ALL_PROXY: PROXY })).toBe(PROXY);
  expect(through('https://x.org', {})).toBeUndefined();
  expect(through('https://x.org', { HTTPS_PROXY: 'socks5://a:1' })).toBeUndefined();
});

it('settings win over the environment', () => {
  expect(through('https://x.org', { HTTPS_PROXY: PROXY }, 'none')).toBeUndefined();
  expect(through('https://x.org', { NO_PROXY: '*' }, PROXY)).toBe(PROXY);
});

it.each([
  ['https://x.org', '*', false],
  ['https://x.org', 'y.org, x.org', false],
  ['https://a.x.org', 'x.org', false],
  ['https://a.x.org', '.x.org', false],
  ['https://x.org', '*.x.org', false],
  ['https://ax.org', 'x.org', true],
  ['https://x.org:5000', 'x.org:5000', false],
  ['https://x.org:5000', 'x.org:443', true],
  ['https://x.org', 'x.org:443', false],
  ['https://10.1.2.3', '10.0.0.0/8', false],
  ['https://11.1.2.3', '10.0.0.0/8', true],
  ['https://[fd00::1]', 'fd00::/16', false],
  ['https://[fd00::1]', 'fd00::1', false],
  ['https://10.1.2.3', '10.0.0.0/99', true],
  ['https://127.0.0.1:5000', '', false],
  ['https://localhost', '', false],
])('%s with NO_PROXY=%s: %s', (url, noProxy, proxied) => {
  expect(through(url, { HTTPS_PROXY: PROXY, NO_PROXY: noProxy }) === PROXY).toBe(proxied);
});
