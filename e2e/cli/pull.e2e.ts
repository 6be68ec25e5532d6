/** box pull and what run makes of it, against a registry that a test can hold up. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import { BOX, TestAgent } from '../harness/agent.ts';
import { type Call, HostileRegistry, sayError } from '../harness/hostile-registry.ts';
import { type ImageFixture, makeImage, makeIndex } from '../harness/image-fixture.ts';
import { Terminal } from '../harness/terminal.ts';

let agent: TestAgent;
let registry: HostileRegistry;
beforeAll(async () => {
  [agent, registry] = await Promise.all([TestAgent.start(), HostileRegistry.start()]);
  const settings = `[registry."${registry.host}"]\ninsecure = true\n`;
  writeFileSync(join(agent.folder, 'root', 'registries.toml'), settings);
});
afterEach(() => {
  registry.fault = () => false;
  registry.calls.length = 0;
});
afterAll(() => Promise.all([agent.stop(), registry[Symbol.asyncDispose]()]));

/** An image with one file in each layer. */
function imageOf(...names: string[]): ImageFixture {
  return makeImage(names.map((path) => craftArchive({ path, data: `this is ${path}\n` })));
}

/** An image that runs: the host's static busybox as its shell. */
function runnable(greeting: string): ImageFixture {
  const shell = craftArchive(
    { path: 'bin/', type: 'directory', mode: 0o755 },
    { path: 'bin/sh', mode: 0o755, data: readFileSync('/bin/busybox') },
  );
  return makeImage([shell], { config: { Cmd: ['sh', '-c', `echo ${greeting}`] } });
}

/** Blobs wait, once somebody asks for the first, until they are let go. */
function holdBlobs(): { asked: Promise<void>; go(): void } {
  const asked = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  registry.fault = async ({ kind, method }: Call) => {
    if (kind !== 'blob' || method !== 'GET') return false;
    asked.resolve();
    await gone.promise;
    return false;
  };
  return { asked: asked.promise, go: gone.resolve };
}

const blobsFetched = () => registry.count('blob', 'GET');

test('a pull tells each layer, the digest and the name; a second one fetches nothing', async () => {
  const image = imageOf('one', 'two');
  const name = registry.add('plain', image);
  const first = await agent.ok(['pull', name]);
  const [, one = '', two = ''] = [...image.manifest.bytes.toString().matchAll(/"sha256:(\w{12})/g)].map(
    ([, id]) => id,
  );
  for (const layer of [one, two]) expect(first).toMatch(new RegExp(`^${layer}: done$`, 'm'));
  expect(first.split('\n').slice(-3)).toEqual([
    `Digest: ${image.manifest.digest}`,
    `Status: Downloaded newer image for ${name}`,
    name,
  ]);
  expect(blobsFetched()).toBe(3);

  const second = await agent.ok(['pull', name]);
  expect(second).toContain(`${one}: already there\n`);
  expect(second).toContain(`Status: Image is up to date for ${name}`);
  expect(blobsFetched()).toBe(3);

  const [id] = image.manifest.bytes.toString().match(/(?<="config":.*sha256:)\w{64}/) ?? [];
  expect(await agent.ok(['pull', '-q', name])).toBe(id);
});

test('an image pulled by digest is found by it, and the listing says the digest', async () => {
  const image = imageOf('pinned');
  const pinned = registry.add('pinned', image).replace(/:latest$/, `@${image.manifest.digest}`);
  expect(await agent.ok(['pull', pinned])).toMatch(new RegExp(`${pinned}$`));
  expect(await agent.ok(['inspect', '--format', '{{.Tags}}', pinned])).not.toContain('latest');
  const format = '{{.Repository}} {{.Tag}} {{.Digest}}';
  const listed = await agent.ok(['images', '--digests', '--format', format]);
  expect(listed.split('\n')).toContain(`${registry.host}/pinned <none> ${image.manifest.digest}`);
});

test('of an index the image for this machine is taken, or the one asked for', async () => {
  const [mine, other] = process.arch === 'arm64' ? ['arm64', 'amd64'] : ['amd64', 'arm64'];
  const image = (architecture: string) => {
    const made = makeImage([craftArchive({ path: architecture, data: architecture })], { architecture });
    registry.add('many', made, architecture);
    return made;
  };
  const index = makeIndex({ [`linux/${other}`]: image(other), [`linux/${mine}`]: image(mine) });
  const name = registry.addManifest('many', index);
  const platform = async (...args: string[]) => {
    const said = await agent.ok(['pull', ...args, name]);
    expect(said).toContain(`Digest: ${index.digest}`);
    return agent.ok(['images', '--format', '{{.Platform}}', `${registry.host}/many`]);
  };
  expect(await platform()).toBe(`linux/${mine}`);
  expect(await platform('--platform', `linux/${other}`)).toContain(`linux/${other}`);
});

test('run pulls what is missing and says so on stderr; --pull never does not, --pull always asks again', async () => {
  const name = registry.add('greeter', runnable('hello'));
  const never = await agent.box(['run', '--rm', '--pull', 'never', name]);
  expect([never.code, never.stderr]).toEqual([125, expect.stringContaining(`there is no image '${name}'`)]);
  expect(registry.calls).toEqual([]);

  expect(await agent.box(['run', '--rm', name])).toMatchObject({
    code: 0,
    stdout: 'hello\n',
    stderr: expect.stringMatching(/: done\n$/),
  });
  const asked = registry.calls.length;
  expect(await agent.box(['run', '--rm', name])).toMatchObject({ stdout: 'hello\n', stderr: '' });
  expect(registry.calls.length).toBe(asked);

  registry.add('greeter', runnable('goodbye'));
  expect(await agent.ok(['run', '--rm', name])).toBe('hello');
  expect(await agent.ok(['run', '--rm', '--pull=always', name])).toBe('goodbye');
  const id = await agent.ok(['create', '--pull', 'always', name]);
  expect(await agent.ok(['rm', id])).toBe(id);
});

test('a name that is neither here nor there: the nearest one here is suggested', async () => {
  const { code, stderr } = await agent.box(['run', '--rm', `${registry.host}/nosuch`]);
  expect(code).toBe(125);
  expect(stderr).toMatch(/\nbox: there is no image '[^']*nosuch' here, and none could be pulled: .*\n$/);
});

test('two pulls at once share the work', async () => {
  const name = registry.add('shared', imageOf('a', 'b'));
  const hold = holdBlobs();
  using one = agent.program(['pull', name]);
  await hold.asked;
  using two = agent.program(['pull', name]);
  await two.printed(`pull ${name}, which is under way`);
  hold.go();
  expect(await Promise.all([one.ended, two.ended])).toEqual([0, 0]);
  expect(blobsFetched()).toBe(3);
});

test('who joined a pull leaves it with Ctrl-C; when whoever began it gives up, the other goes on alone', async () => {
  const name = registry.add('joined', imageOf('j'));
  const hold = holdBlobs();
  using owner = agent.program(['pull', name]);
  await hold.asked;
  using leaver = agent.program(['pull', name]);
  using stayer = agent.program(['pull', name]);
  for (const joiner of [leaver, stayer]) await joiner.printed(`pull ${name}, which is under way`);
  leaver.kill('SIGINT');
  expect(await leaver.ended).toBe(130);
  expect(await agent.ok(['tasks', '--format', '{{.Subject}} {{.State}}'])).toContain(`${name} running`);
  owner.kill('SIGINT');
  expect(await owner.ended).toBe(130);
  hold.go();
  expect(await stayer.ended).toBe(0);
  expect(stayer.stderr).toBe('box: cancelled; asking again\n');
  expect(stayer.stdout).toContain('Status: Downloaded newer image');
});

test('two images that share a layer, pulled at once, fetch it once', async () => {
  const names = ['x', 'y'].map((own) => registry.add(`layered-${own}`, imageOf('common', own)));
  expect((await Promise.all(names.map((name) => agent.box(['pull', name])))).map(({ code }) => code)).toEqual(
    [0, 0],
  );
  // Two configurations, two layers of their own, and the one that both have.
  expect(blobsFetched()).toBe(5);
});

test('Ctrl-C cancels the pull, ends with 130 and leaves nothing behind', async () => {
  const name = registry.add('cancelled', imageOf('half'));
  const hold = holdBlobs();
  await using terminal = new Terminal(BOX, ['pull', name], { env: agent.env });
  await hold.asked;
  terminal.write('\u0003');
  expect(await terminal.exited).toBe(130);
  expect(terminal.output).toContain('cancelled');
  hold.go();
  expect(await agent.ok(['images', '-q', `${registry.host}/cancelled`])).toBe('');
  expect(await agent.leaks()).toEqual([]);
});

test('an agent that dies in the middle is looked for, and its successor asked again', async () => {
  const name = registry.add('restarted', imageOf('late'));
  const hold = holdBlobs();
  using pull = agent.program(['pull', name]);
  await hold.asked;
  await agent.kill9();
  hold.go();
  await agent.launch();
  expect(await pull.ended).toBe(0);
  expect(pull.stderr).toContain('box: the agent is away; trying to reach it again for 60 s\n');
  expect(pull.stderr).toContain('asking again');
  expect(pull.stdout).toContain('Status: Downloaded newer image');
  expect(await agent.leaks()).toEqual([]);
});

test('a clean-up in the middle of a pull takes nothing of what has come', async () => {
  const image = imageOf('early', 'held');
  const name = registry.add('cleaned', image);
  const [early = '', held = ''] = JSON.parse(image.manifest.bytes.toString()).layers.map(
    ({ digest }: { digest: string }) => digest.slice('sha256:'.length),
  );
  const gone = Promise.withResolvers<void>();
  registry.fault = async ({ path }: Call) => {
    if (path.includes(held)) await gone.promise;
    return false;
  };
  using pull = agent.program(['pull', name]);
  await expect.poll(() => pull.stdout, { timeout: 15_000 }).toContain(`${early.slice(0, 12)}: done\n`);
  await agent.ok(['image', 'prune', '-f']);
  gone.resolve();
  expect(await pull.ended).toBe(0);
  // The configuration and each layer once.
  expect(blobsFetched()).toBe(3);
  await agent.ok(['image', 'verify', name]);
});

test('a tag that is moved in the middle changes nothing: what it meant at the beginning is pulled', async () => {
  const before = imageOf('before');
  const name = registry.add('moved', before);
  const hold = holdBlobs();
  using pull = agent.program(['pull', name]);
  await hold.asked;
  registry.add('moved', imageOf('after'));
  hold.go();
  expect(await pull.ended).toBe(0);
  expect(pull.stdout).toContain(`Digest: ${before.manifest.digest}\n`);
});

test('a layer that cannot be had fails the pull, ends the others and leaves nothing', async () => {
  const image = imageOf('good', 'bad');
  const name = registry.add('broken', image);
  const bad = [...image.blobs.keys()][1];
  registry.fault = ({ reference, method }, response) => {
    if (reference !== bad || method !== 'GET') return false;
    sayError(response, 404, 'BLOB_UNKNOWN');
    return true;
  };
  const { code, stderr } = await agent.box(['pull', name]);
  expect(code).toBe(125);
  expect(stderr).toMatch(/^box: .+\n$/);
  expect(await agent.leaks()).toEqual([]);
});

test('on a terminal each layer has a bar that moves', async () => {
  const noise = randomBytes(400_000);
  const image = makeImage([craftArchive({ path: 'noise', data: noise })]);
  const name = registry.add('bars', image);
  const half = Promise.withResolvers<void>();
  const [digest] = [...image.blobs.keys()];
  registry.fault = async ({ reference, method }, response) => {
    if (reference !== digest || method !== 'GET') return false;
    const bytes = image.blobs.get(digest) as Buffer;
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2));
    await half.promise;
    response.end(bytes.subarray(bytes.length / 2));
    return true;
  };
  await using terminal = new Terminal(BOX, ['pull', name], { env: agent.env, columns: 100 });
  await terminal.waitFor('━');
  await terminal.waitFor('195KiB / 391KiB');
  half.resolve();
  await terminal.waitFor('Status: Downloaded');
  expect(await terminal.exited).toBe(0);
});
