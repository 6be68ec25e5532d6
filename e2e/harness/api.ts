/** The agent's procedures without a process of bin/box for each call: for tests of what happens at once or in the middle. */
import { Agent } from '../../apps/cli/src/agent/agent.ts';
import type { TestAgent } from './agent.ts';

/** The command line's own client. */
export function apiOf(agent: TestAgent): Agent {
  return new Agent({ socketPath: agent.socketPath });
}
