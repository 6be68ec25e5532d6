import { expect, it } from 'vitest';
import { endpointsToRead } from './endpoints.ts';
import { RegistrySettings } from './settings.ts';

const parse = (text: string) => RegistrySettings.parse(text, 'registries.toml');

it('says what was written, and what is usual for every other host', () => {
  const settings = parse(`
    [registry."registry.lan:5000"]
    insecure = true
    ca = "/etc/ca.pem"
    mirrors = ["mirror.lan", "other.lan:5000/cache/hub"]
    proxy = "http://proxy:3128"
    timeout = 5
  `);
  expect(settings.hosts).toEqual(['registry.lan:5000']);
  expect(settings.of('registry.lan:5000')).toMatchObject({
    insecure: true,
    ca: '/etc/ca.pem',
    mirrors: ['mirror.lan', 'other.lan:5000/cache/hub'],
    proxy: 'http://proxy:3128',
    timeout: 5,
  });
  expect(settings.of('registry.lan')).toEqual({ insecure: false, mirrors: [] });
});

it.each([
  ['a = [', /^registries.toml:1:\d+: /],
  ['[registry."x"]\ninsecure = ', /^registries.toml:2:\d+: /],
  ['[mirrors]', /there is no "mirrors"/],
  ['registry = 1', /"registry" is no table/],
  ['[registry]\n"x" = 1', /registry."x" is no table/],
  ['[registry."https://x"]', /"https:\/\/x" is no HOST/],
  ['[registry."x"]\ninsecure = "yes"', /registry."x": insecure must be true or false/],
  ['[registry."x"]\nca = "ca.pem"', /ca must be an absolute path/],
  ['[registry."x"]\ncert = "/c"', /cert and key belong together/],
  ['[registry."x"]\nmirrors = ["https://m"]', /mirrors must be/],
  ['[registry."x"]\nmirrors = "m"', /mirrors must be/],
  ['[registry."x"]\nproxy = "socks5://p"', /proxy must be/],
  ['[registry."x"]\ntimeout = 0', /timeout must be/],
])('refuses %j', (text, words) => {
  expect(() => parse(text)).toThrow(words);
});

it('hints at the key that was meant', () => {
  expect(() => parse('[registry."x"]\ninsecur = true')).toThrow(
    expect.objectContaining({ hint: 'did you mean "insecure"?' }),
  );
});

it('mirrors are asked before the registry, each with its own settings; Docker Hub answers elsewhere', () => {
  const settings = parse(`
    [registry."docker.io"]
    mirrors = ["mirror.lan/hub"]
    [registry."mirror.lan"]
    insecure = true
  `);
  expect(endpointsToRead(settings, 'docker.io')).toMatchObject([
    { host: 'mirror.lan', address: 'mirror.lan', prefix: 'hub/', mirror: true, settings: { insecure: true } },
    { host: 'docker.io', address: 'registry-1.docker.io', prefix: '', mirror: false },
  ]);
});
