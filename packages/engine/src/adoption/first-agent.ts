/** An engine in a process of its own, to be killed: says `ready` as JSON once it did what its argument asks for, then waits. Tests only. */
import { busybox, execRequest, openTestEngine, run } from '../engine.fixtures.ts';

const [name = '', what = ''] = process.argv.slice(2);
const engine = await openTestEngine(name);
const { containers } = engine.services;
const ids: Record<string, string> = {};

if (what === 'busy') {
  // Says `ready` first, then is killed anywhere in the middle of this.
  void Promise.all(Array.from({ length: 4 }, (_, index) => restlessLife(index)));
} else if (what === 'many') {
  const all = Array.from({ length: 100 }, (_, index) =>
    run(engine, { name: `box-${index}`, command: ['sleep', '1000'], stopTimeout: 0 }),
  );
  await Promise.all(all);
} else {
  ids.running = await run(engine, {
    name: 'running',
    stopTimeout: 0,
    command: ['sh', '-c', 'i=0; while :; do echo line $i; i=$((i+1)); usleep 200; done'],
  });
  ids.ending = await run(engine, { name: 'ending', command: ['sh', '-c', 'echo bye; sleep 0.5; exit 7'] });
  ids.removed = await run(engine, {
    name: 'removed',
    autoRemove: true,
    command: ['sh', '-c', 'sleep 0.5; echo last words; exit 8'],
  });
  ids.shimless = await run(engine, { name: 'shimless', command: ['sleep', '1000'] });
  ids.created = (await containers.create(busybox({ name: 'created' }))).id;
  ids.stopping = await run(engine, {
    name: 'stopping',
    command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'],
    stopTimeout: 1,
  });
  void containers.stop(ids.stopping, 60).catch(() => {});
  const short = execRequest(ids.running, ['sh', '-c', 'echo from exec; sleep 0.5; exit 9']);
  const long = execRequest(ids.running, ['sh', '-c', 'while :; do sleep 1; done']);
  await containers.exec(short);
  await containers.exec(long);
  ids.short = short.id;
  ids.long = long.id;
}
process.stdout.write(`${JSON.stringify({ ids })}\n`);
setInterval(() => {}, 1000);

async function restlessLife(index: number) {
  for (let round = 0; ; round += 1) {
    const id = await run(engine, {
      name: `box-${index}-${round}`,
      command: ['sleep', '1000'],
      stopTimeout: 0,
    });
    await containers.exec(execRequest(id, ['true'], { detach: true }));
    if (round % 3 === 0) await containers.restart(id);
    if (round % 2 === 0) await containers.stop(id);
    await containers.remove(id, { force: true });
  }
}
