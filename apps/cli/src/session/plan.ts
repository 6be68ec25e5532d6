import type { Agent } from '../agent/agent.ts';
import { writeTo } from '../output/print.ts';

/** The plan of a container, one operation a line; by default to stderr (`--debug`). */
export async function printPlan(
  agent: Agent,
  container: string,
  emit: (text: string) => void = (text) => writeTo(2, text),
): Promise<void> {
  const plan = await agent.query('containers.plan', { container });
  emit(plan.map((line) => `${line}\n`).join(''));
}
