import { expect, it } from 'vitest';
import {
  draftOf,
  EMPTY,
  freeName,
  parseEnvironmentBlock,
  problemsOf,
  textProblemsOf,
  withCommandField,
  withFlag,
  withLine,
  withText,
} from './draft';

const none = () => [];
const empty = draftOf(EMPTY);

it('writes what the form says as a command, and reads a command into the form', () => {
  const filled = withFlag(withLine(empty, { image: 'busybox' }), 'env', ['A=b c', '']);
  expect(filled.text).toBe("box run -d -e 'A=b c' busybox");
  const typed = withText(filled, 'box create --name web -w /srv debian ls "a b"');
  expect(typed.line).toMatchObject({
    verb: 'create',
    image: 'debian',
    flags: { name: ['web'], workdir: ['/srv'] },
  });
  expect(typed.commandField).toBe("ls 'a b'");
  expect(withFlag(typed, 'name', []).text).toBe("box create -w /srv debian ls 'a b'");
});

it('gives a terminal where the command line would', () => {
  expect(withText(empty, 'box run debian').line.flags).toEqual({
    detach: ['true'],
    interactive: ['true'],
    tty: ['true'],
  });
  expect(withText(empty, 'box run -i debian').line.flags).toEqual({
    detach: ['true'],
    interactive: ['true'],
  });
});

it('keeps the form while the text cannot be read, and says where it is wrong', () => {
  const filled = withLine(empty, { image: 'busybox' });
  for (const [text, from, to] of [
    ['box run --nmae x busybox', 8, 14],
    ["box run busybox 'ls", 16, 19],
    ['ls', 0, 2],
  ] as const) {
    const typed = withText(filled, text);
    expect(typed.line).toBe(filled.line);
    expect(textProblemsOf(text, [])).toMatchObject([{ from, to }]);
  }
});

it('finds a wrong value in the form and in the text', () => {
  const text = 'box run -d -e A=1 --shm-size much busybox';
  const problems = problemsOf(withText(empty, text), none);
  expect(problems).toMatchObject([{ field: 'shm-size', index: 0 }]);
  const [{ from, to } = { from: 0, to: 0 }] = textProblemsOf(text, problems);
  expect(text.slice(from, to)).toBe('much');
});

it('counts the rows that are still empty', () => {
  const rows = withFlag(withLine(empty, { image: 'x' }), 'env', ['', 'A=1', '', '=2']);
  expect(problemsOf(rows, none)).toMatchObject([{ field: 'env', index: 3 }]);
});

it('keeps half a word in the field of the command and calls it wrong', () => {
  const typed = withCommandField(withLine(empty, { image: 'x' }), "sh -c 'echo");
  expect(typed).toMatchObject({ commandField: "sh -c 'echo", line: { command: [] } });
  expect(problemsOf(typed, none)).toMatchObject([{ field: 'command' }]);
});

it('has no environment, no files and no directory; a volume by name it has', () => {
  const typed = withText(empty, 'box run -d -e HOME --env-file a.env -v ./x:/y -v a:/b busybox');
  expect(
    problemsOf(typed, none)
      .map(({ field }) => field)
      .sort(),
  ).toEqual(['env', 'env-file', 'volume']);
});

it('reads a .env file as it is pasted', () => {
  expect(parseEnvironmentBlock('# comment\nexport A=1\r\nB="x y"\n\nC=\'z\'\nD=a=b\nE\nF = " "')).toEqual([
    'A=1',
    'B=x y',
    'C=z',
    'D=a=b',
    'E',
    'F= ',
  ]);
});

it('finds a free name', () => {
  const taken = new Set(['web-2', 'web-3']);
  expect(freeName('web', (name) => taken.has(name))).toBe('web-4');
  expect(freeName('db-9', () => false)).toBe('db-10');
});

it('says every odd value as one word', () => {
  for (const value of ['<b>x</b>', 'שלום', '😀', 'a\nb', 'x'.repeat(10_000)]) {
    const filled = withFlag(withLine(empty, { image: 'x' }), 'env', [`A=${value}`]);
    expect(withText(empty, filled.text).line).toEqual(filled.line);
  }
});
