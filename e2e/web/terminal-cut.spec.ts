import { TestAgent } from '../harness/agent.ts';
import { expect, screenText, signIn, test } from './fixtures.ts';
import { TestProxy } from './proxy.ts';
import { says, terminalPath } from './terminals.ts';

const AGENT_PORT = 7434;
const PROXY_PORT = 7435;
const CUTS = 20;
/** In steps that share no factor with the lengths of lines and messages. */
const CUT_BYTES = (cut: number) => 100 + ((cut * 977) % 4_703);
/** The terminal holds 5000. */
const LINES = 4_500;
/** Slow enough that twenty connections come and go meanwhile. */
const PRINTED_MS = 90_000;
/** Letters of two, three and four bytes, one made of eleven, colours by palette and by value, all of it longer than a kilobyte of ASCII. */
const PRINT = `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); printf '\\033[1;3%dm%d\\033[0m grüße \\033[38;2;200;%d;50m漢字 \\033[4m👩‍👩‍👧\\033[0m ende\\n' $((i%7+1)) $i $((i%256)); [ $((i%10)) = 0 ] && sleep 0.05; done; echo all-$((40+2))`;

test('a connection that breaks 20 times in the middle of letters and colours changes nothing of what is shown', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await using agent = await TestAgent.start({
    BOXYARD_LISTEN: `127.0.0.1:${AGENT_PORT}`,
    BOXYARD_HOSTS: `127.0.0.1:${PROXY_PORT}`,
  });
  await using proxy = await TestProxy.start({ port: PROXY_PORT, agentPort: AGENT_PORT });
  await signIn(page, agent);
  const id = await agent.ok([
    'run',
    '-dit',
    '--name',
    'cut',
    'busybox',
    'sh',
    '-c',
    `read go; ${PRINT}; cat`,
  ]);
  await page.goto(`http://127.0.0.1:${PROXY_PORT}${terminalPath(id)}`);
  await says(page, 'live');
  proxy.breaks = Array.from({ length: CUTS }, (_, cut) => CUT_BYTES(cut));
  await page.keyboard.type('\n');
  proxy.cut();
  await expect.poll(() => screenText(page), { timeout: PRINTED_MS }).toMatch(/^all-42$/m);
  expect(proxy.breaks).toEqual([]);
  const lines = (await screenText(page, 'history')).split('\n').filter((line) => line.includes('ende'));
  expect(lines).toEqual(Array.from({ length: LINES }, (_, index) => `${index + 1} grüße 漢字 👩‍👩‍👧 ende`));
});
