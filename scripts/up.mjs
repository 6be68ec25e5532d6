// `npm run up`: from a fresh clone to a running box. Installs what is missing, builds what is out of date, starts the agent, starts
// the box `hello` and says what to try. Ctrl-C ends the agent and leaves the boxes. Plain JavaScript for Node 20 and later.

import { agentAnswers, box, startAgent } from './agent.mjs';
import { installCommand, installDependencies, missing } from './deps.mjs';
import { build, installModules } from './prepare.mjs';

/** A line every second; the trap makes it obey SIGTERM, which process 1 of a box otherwise ignores. */
const HELLO =
  'trap \'exit 0\' TERM; n=0; while :; do n=$((n+1)); echo "hello from Boxyard, line $n, $(date)"; sleep 1 & wait $!; done';

function say(line) {
  console.log(`▪ ${line}`);
}

/** Everything that stops this host from running Boxyard, each with what to ask for. */
function obstacles() {
  const found = [];
  if (process.platform !== 'linux')
    found.push('Linux: Boxyard runs Linux containers on the kernel it is started on');
  if (Number.parseInt(process.versions.node, 10) < 20)
    found.push(`Node 20 or newer (this is ${process.versions.node})`);
  if (found.length === 0 && process.getuid() !== 0) {
    found.push('root: namespaces, mounts and cgroups need it. Run: sudo npm run up');
    const absent = missing(['run']).map((dependency) => dependency.apt);
    if (absent.length)
      found.push(`system packages (sudo npm run up installs them): ${installCommand(absent)}`);
  }
  return found;
}

function startHello() {
  const listed = box(['ps', '-a', '--format', '{{.Name}} {{.State}}']);
  if (!listed.ok) return false;
  const hello = listed.out.split('\n').find((line) => line.startsWith('hello '));
  if (!hello) return box(['run', '-d', '--name', 'hello', 'busybox', 'sh', '-c', HELLO]).ok;
  return hello === 'hello running' || box(['start', 'hello']).ok;
}

function sayWhatToTry() {
  const link = box(['ui'], { quiet: true });
  console.log(`
Boxyard is up. In another terminal:
  bin/box ps                       the boxes
  bin/box logs -f hello            what the first one says
  bin/box exec -it hello sh        a shell inside it
  bin/box run -it busybox          a new one
  bin/box doctor                   what this host has and lacks
${link.ok ? `\nDashboard (one-time link, 5 minutes; 'bin/box ui' makes another):\n  ${link.out}\n` : ''}`);
}

async function up() {
  const found = obstacles();
  if (found.length) {
    console.error(
      `Boxyard cannot start here yet. It needs:\n${found.map((line) => `  - ${line}`).join('\n')}`,
    );
    return 1;
  }
  if (!installDependencies(['run'], say) || !installModules(say) || !build(say)) return 1;

  // The terminal sends Ctrl-C to the agent too; it ends by itself and we with it.
  let agent;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => agent?.stop());
  if (await agentAnswers()) say('the agent runs already: using it');
  else {
    say('starting the agent');
    agent = await startAgent();
  }
  if (!startHello()) {
    agent?.stop();
    await agent?.exited;
    return 1;
  }
  sayWhatToTry();
  if (!agent) return 0;
  console.log("Ctrl-C ends the agent and leaves the boxes running; 'npm run down' ends both.\n");
  const code = await agent.exited;
  say("the agent ended, the boxes go on: 'npm run up' finds them again, 'npm run down' ends them");
  return code;
}

up().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`up: ${error.message}`);
    process.exit(1);
  },
);
