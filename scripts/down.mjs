// `npm run down`: stops every box, removes `hello`, and ends the agent. Images, volumes and the other boxes' files stay.

import { setTimeout as sleep } from 'node:timers/promises';
import { agentAnswers, agentPid, box, boxesLeft, startAgent } from './agent.mjs';

/** Past this an agent that was asked to end counts as stuck. */
const STOP_TIMEOUT_MS = 15_000;

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function lines(text) {
  return text.split('\n').filter(Boolean);
}

async function stopAgent(pid) {
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (alive(pid)) {
    if (Date.now() > deadline)
      throw new Error(`the agent (pid ${pid}) does not end: look at its log, then kill -9 ${pid}`);
    await sleep(50);
  }
}

async function down() {
  if (!(await agentAnswers()) && !boxesLeft()) {
    console.log('neither the agent nor a box runs: nothing to end');
    return 0;
  }
  // Boxes outlive the agent, so without one we start it for as long as it takes to stop them.
  const own = (await agentAnswers()) ? undefined : await startAgent();
  const names = box(['ps', '-a', '--format', '{{.Name}}']);
  const running = box(['ps', '-q', '--no-trunc']);
  if (!running.ok) return 1;
  const stopped = lines(running.out);
  const ok =
    (stopped.length === 0 || box(['stop', ...stopped]).ok) &&
    (!lines(names.out).includes('hello') || box(['rm', '-f', 'hello']).ok);
  console.log(`stopped ${stopped.length} ${stopped.length === 1 ? 'box' : 'boxes'}`);
  if (own) {
    own.stop();
    await own.exited;
  } else {
    const pid = agentPid();
    if (!pid) throw new Error('the agent answers but has no pid file: end it where you started it');
    await stopAgent(pid);
  }
  console.log('the agent ended; images, volumes and the boxes’ files are kept');
  return ok ? 0 : 1;
}

down().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`down: ${error.message}`);
    process.exit(1);
  },
);
