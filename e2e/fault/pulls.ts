/** An agent and a registry that misbehaves on request, for tests of pulls. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskView } from '@boxyard/api';
import { expect } from 'vitest';
import type { Agent } from '../../apps/cli/src/agent/agent.ts';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import { eventually, TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import { type Fault, HostileRegistry } from '../harness/hostile-registry.ts';
import { type ImageFixture, makeImage } from '../harness/image-fixture.ts';

const NOISE_BYTES = 600_000;
/** So many files that a kill may come in the middle of them. */
const FILES = 300;
const noise = randomBytes(NOISE_BYTES);
/** What `sh /check` prints in a box of a sound image. */
export const SOUND = createHash('sha256').update(noise).digest('hex');

/** Two layers: a shell, and files that it can check. */
export function soundImage(): ImageFixture {
  const files = Array.from({ length: FILES }, (_, index) => ({
    path: `files/${index}`,
    data: `this is ${index}`,
  }));
  return makeImage(
    [
      craftArchive(
        { path: 'bin/', type: 'directory', mode: 0o755 },
        { path: 'bin/sh', mode: 0o755, data: readFileSync('/bin/busybox') },
      ),
      craftArchive({ path: 'noise', data: noise }, ...files),
    ],
    { config: { Cmd: ['sh', '-c', 'ls files | wc -l; sha256sum noise'] } },
  );
}

export class Pulls implements AsyncDisposable {
  readonly agent: TestAgent;
  readonly registry: HostileRegistry;
  readonly api: Agent;

  private constructor(agent: TestAgent, registry: HostileRegistry) {
    this.agent = agent;
    this.registry = registry;
    this.api = apiOf(agent);
  }

  /** `env`: of the agent. */
  static async start(env: NodeJS.ProcessEnv = {}, address?: string): Promise<Pulls> {
    const registry = await HostileRegistry.start(address === undefined ? {} : { address });
    const agent = await TestAgent.start(env);
    const root = agent.env.BOXYARD_ROOT as string;
    writeFileSync(join(root, 'registries.toml'), `[registry."${registry.host}"]\ninsecure = true\n`);
    return new Pulls(agent, registry);
  }

  get root(): string {
    return this.agent.env.BOXYARD_ROOT as string;
  }

  begin(image: string): Promise<TaskView> {
    return this.api.mutate('images.pull', { image });
  }

  async ended(task: TaskView): Promise<TaskView> {
    let now = task;
    while (now.state === 'running') {
      now = await this.api.query('tasks.follow', { task: now.id, after: now.revision });
    }
    return now;
  }

  /** Pulls to the end, well or not. */
  async pull(image: string): Promise<TaskView> {
    return this.ended(await this.begin(image));
  }

  /** Everything that pulls can leave: blobs, layers, what is being made. */
  store(): string[] {
    return ['blobs/sha256', 'layers', 'staging'].flatMap((folder) =>
      readdirSync(join(this.root, folder)).map((name) => `${folder}/${name}`),
    );
  }

  /** Waits until nothing more than this is there: what a pull leaves is removed after its end. */
  async isEmpty(empty: readonly string[]): Promise<void> {
    const left = () => this.store().filter((path) => !empty.includes(path));
    await eventually(() => left().length === 0, 'the store is as it was').catch(() =>
      expect(left()).toEqual([]),
    );
  }

  /** Without the fault the image comes, runs and is right; then it is gone again, and so is everything of it. */
  async recovers(image: string, empty: readonly string[]): Promise<void> {
    this.registry.fault = () => false;
    expect(await this.pull(image)).toMatchObject({ state: 'done', error: null });
    expect(await this.agent.ok(['run', '--rm', '--network', 'none', image])).toBe(
      `${FILES}\n${SOUND}  noise`,
    );
    await eventually(
      () => this.api.mutate('images.remove', { image, force: false }).catch(() => false as const),
      'the box is gone and the image can go',
    );
    await this.isEmpty(empty);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.registry.fault = () => false;
    await this.agent.stop();
    await this.registry[Symbol.asyncDispose]();
  }
}

/** Blobs but the configuration, which is small. */
export const isLayer = ({ kind, method, reference }: Parameters<Fault>[0], image: ImageFixture): boolean =>
  kind === 'blob' && method === 'GET' && (image.blobs.get(reference)?.length ?? 0) > 5000;
