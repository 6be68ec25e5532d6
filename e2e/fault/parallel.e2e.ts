import { expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';

test('200 starts and stops at once over the socket leave nothing', async () => {
  await using agent = await TestAgent.start();
  const api = apiOf(agent);
  await Promise.all(
    Array.from({ length: 200 }, async (_, at) => {
      const { id } = await api.mutate('containers.create', {
        name: `box-${at}`,
        image: 'busybox',
        command: ['sh', '-c', 'echo hello; exec sleep 1000'],
        stopTimeout: 0,
      });
      await api.mutate('containers.start', { container: id });
      await api.mutate('containers.stop', { container: id });
      expect(await api.query('containers.inspect', { container: id })).toMatchObject({ state: 'stopped' });
      if (at % 2 === 0) await api.mutate('containers.remove', { container: id, force: false });
    }),
  );
  expect((await agent.ok(['ps', '-aq'])).split('\n')).toHaveLength(100);
  expect(await agent.leaks()).toEqual([]);
});
