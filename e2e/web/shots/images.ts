import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestAgent } from '../../harness/agent.ts';
import { apiOf } from '../../harness/api.ts';
import { writeLayout } from '../../harness/image-fixture.ts';
import { allowPlainHttp } from '../../harness/registry.ts';
import { HeldRegistry, sampleImage } from '../sample-image.ts';

/** An image with a history, one whose pull failed, and one that is on its way until the registry is let go. */
export async function fillImages(agent: TestAgent): Promise<AsyncDisposable> {
  const held = await HeldRegistry.start();
  const { host } = held.registry;
  allowPlainHttp(agent, host, 'registry.example.com:5000');
  const folder = mkdtempSync(join(tmpdir(), 'shots-'));
  writeLayout(folder, sampleImage(), 'shop:v1');
  await agent.ok(['load', folder]);
  rmSync(folder, { recursive: true });
  const api = apiOf(agent);
  await api.mutate('images.pull', { image: `${host}/team/nosuch:v3` });
  await api.mutate('images.pull', { image: held.registry.add('team/shop', sampleImage(), 'v2') });
  return held;
}
