/** That the registries of tests are registries, with another client's word for it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { HostileRegistry } from '../harness/hostile-registry.ts';
import { makeImage, writeLayout } from '../harness/image-fixture.ts';
import { skopeo, TestRegistry } from '../harness/registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'layouts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const TWO_EMPTY_BLOCKS = Buffer.alloc(1024);

test.each([undefined, 'htpasswd', 'token'] as const)(
  'skopeo pushes to and pulls from a real registry (%s)',
  async (auth) => {
    await using registry = await TestRegistry.start({ auth });
    const image = makeImage([TWO_EMPTY_BLOCKS]);
    writeLayout(join(folder, 'in'), image);
    await registry.pushWithSkopeo(`oci:${folder}/in:latest`, 'team/app:1');
    await registry.pullWithSkopeo('team/app:1', `oci:${folder}/out-${auth}:latest`);
    const index = readFileSync(join(folder, `out-${auth}`, 'index.json'), 'utf8');
    expect(index).toContain(image.manifest.digest);
  },
);

test('skopeo pushes to and pulls from the scripted one', async () => {
  await using registry = await HostileRegistry.start();
  const image = makeImage([TWO_EMPTY_BLOCKS]);
  writeLayout(join(folder, 'in'), image);
  const name = `docker://${registry.host}/team/app:1`;
  await skopeo(['copy', '--dest-tls-verify=false', `oci:${folder}/in:latest`, name]);
  await skopeo(['copy', '--src-tls-verify=false', name, `dir:${folder}/dir`]);
  expect(registry.manifests.get('team/app 1')?.bytes).toEqual(image.manifest.bytes);
});
