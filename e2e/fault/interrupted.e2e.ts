import { expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';
import { surviveInterruptions } from './interrupted.ts';
import { chooseSeed, Random } from './random.ts';

test('an agent killed in the middle of a command, at three moments: it is finished or undone, and works again', async () => {
  await using agent = await TestAgent.start();
  await surviveInterruptions(agent, new Random(chooseSeed()), 3);
  expect(await agent.leaks()).toEqual([]);
});
