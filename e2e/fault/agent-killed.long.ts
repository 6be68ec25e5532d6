import { expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';
import { surviveKills } from './agent-killed.ts';
import { chooseSeed, Random } from './random.ts';

test('an agent killed at 50 moments under load: no byte lost or doubled, every exit code right', async () => {
  await using agent = await TestAgent.start();
  await surviveKills(agent, new Random(chooseSeed()), 50);
  expect(await agent.leaks()).toEqual([]);
});
