import { BoxError, type ImageConfig, nearest } from '@boxyard/spec';

/** `image.json` beside a `rootfs/`. */
export interface ImageJson {
  name?: string;
  tag?: string;
  config: ImageConfig;
}

const KEYS = ['name', 'tag', 'cmd', 'entrypoint', 'env', 'workdir', 'user'] as const;

/**
 * `{name, tag, cmd, entrypoint, env, workdir, user}`, all optional. cmd and entrypoint: a list, or a text for `/bin/sh -c`; env: a list
 * of KEY=VALUE or an object. Throws BoxError INVALID_ARGUMENT that names the key.
 */
export function parseImageJson(text: string, path: string): ImageJson {
  const fail = (why: string, hint?: string) =>
    new BoxError('INVALID_ARGUMENT', `${path} ${why}`, { hint: hint ?? `it may hold ${KEYS.join(', ')}` });
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw fail(`is no JSON: ${(error as Error).message}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw fail('is no JSON object');
  for (const key of Object.keys(json)) {
    if ((KEYS as readonly string[]).includes(key)) continue;
    const close = nearest(key, KEYS);
    throw fail(`has the unknown key ${JSON.stringify(key)}`, close ? `did you mean '${close}'?` : undefined);
  }
  const text_ = (key: (typeof KEYS)[number]) => {
    const value = json[key];
    if (value !== undefined && typeof value !== 'string') throw fail(`: ${key} is no text`);
    return value as string | undefined;
  };
  const command = (key: 'cmd' | 'entrypoint') => {
    const value = json[key];
    if (typeof value === 'string') return ['/bin/sh', '-c', value];
    if (value !== undefined && !isTexts(value)) throw fail(`: ${key} is no list of texts`);
    return value as string[] | undefined;
  };
  const environment = () => {
    const value = json.env;
    if (value === undefined) return undefined;
    const list = isTexts(value)
      ? value
      : isTextMap(value)
        ? Object.entries(value).map((pair) => pair.join('='))
        : [];
    if (!isTexts(value) && !isTextMap(value)) throw fail(': env is no list of KEY=VALUE');
    const wrong = list.find((entry) => !/^[^=\0]+=[^\0]*$/.test(entry));
    if (wrong !== undefined) throw fail(`: env holds '${wrong}', which is no KEY=VALUE`);
    return list;
  };
  const config = {
    cmd: command('cmd'),
    entrypoint: command('entrypoint'),
    env: environment(),
    workdir: text_('workdir'),
    user: text_('user'),
  };
  return { name: text_('name'), tag: text_('tag'), config } as ImageJson;
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const isTextMap = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => typeof item === 'string');
