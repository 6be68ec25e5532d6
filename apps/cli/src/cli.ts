import { Agent } from './agent/agent.ts';
import { EXIT_OWN_ERROR, exitCodeFor, reportError } from './output/errors.ts';
import { write } from './output/print.ts';
import { buildCommand, HelpRequested, parseArguments } from './verb.ts';
import { findVerb } from './verbs.ts';

/** Runs one command line and ends the process with its exit code. */
export async function main(argv: string[]): Promise<void> {
  // Anything unforeseen ends like an error of ours: one line, exit code 125, the terminal given back (Node does that at exit).
  process.on('uncaughtException', (error) => {
    reportError(error);
    process.exit(EXIT_OWN_ERROR);
  });
  let code: number;
  try {
    code = await dispatch(argv);
  } catch (error) {
    if (error instanceof HelpRequested) {
      write(error.text);
      code = 0;
    } else {
      reportError(error);
      code = exitCodeFor(error);
    }
  }
  // What is still open (a connection, a standard input nobody will read) must not hold the process.
  process.exit(code);
}

async function dispatch(argv: string[]): Promise<number> {
  const debug = argv[0] === '--debug';
  const [word, ...rest] = debug ? argv.slice(1) : argv;
  if (word === undefined) return runVerb('help', [], debug);
  if (word === '--help' || word === '-h') return runVerb('help', rest, debug);
  if (word === '--version' || word === '-v') return runVerb('version', ['--client'], debug);
  if (word === '__complete') return completeLine(rest);
  return runVerb(word, rest, debug);
}

/** A shell asks; people never do. */
async function completeLine(words: string[]): Promise<number> {
  const { answer } = await import('./completion/answer.ts');
  await answer(words);
  return 0;
}

async function runVerb(word: string, argv: string[], debug: boolean): Promise<number> {
  const named = findVerb([word, ...argv]);
  if (named.kind === 'group') return runVerb('help', [named.name], debug);
  const { name, entry, rest } = named;
  const { default: verb } = await entry.load();
  const { args, options } = parseArguments(buildCommand(name, entry.summary, verb), rest);
  const agent = new Agent({ debug: debug || options.debug === true });
  return (await verb.run({ args, options: options as never, agent })) ?? 0;
}
