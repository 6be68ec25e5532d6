import { encodePlan, type PlanOperation } from '@boxyard/spec';
import { describe, expect, it } from 'vitest';
import { craftArchive } from '../tar/craft.ts';
import { TarParser } from '../tar/parser.ts';
import { TreeEmitter } from './emitter.ts';

/** Operations of an archive, a line each; bytes as text. */
function operations(...entries: Parameters<typeof craftArchive>): string[] {
  const plan: PlanOperation[] = [];
  const emitter = new TreeEmitter((operation) => plan.push(operation));
  const parser = new TarParser(emitter);
  parser.push(craftArchive(...entries));
  parser.end();
  emitter.finish();
  // Every operation must be one that the helper takes.
  encodePlan(plan);
  return plan.map(({ name, args }) =>
    [name, ...args.map((arg) => (typeof arg === 'object' ? Buffer.from(arg) : arg))].join(' '),
  );
}

const time = '1600000000 0';

describe('TreeEmitter', () => {
  it('makes one operation of each entry, data and attributes after their file', () => {
    expect(
      operations(
        { path: './', type: 'directory', mode: 0o755 },
        {
          path: './f',
          data: 'hello',
          uid: 1,
          gid: 2,
          mode: 0o4755,
          xattrs: new Map([['user.a', Buffer.from('b')]]),
        },
        { path: 'l', type: 'symlink', target: '/x' },
        { path: 'h', type: 'link', target: './f' },
        { path: 'null', type: 'character', major: 1, minor: 3, mode: 0o666 },
      ),
    ).toEqual([
      `treeDirectory . ${0o755} 0 0 ${time}`,
      `treeFile f ${0o4755} 1 2 ${time} 5`,
      'treeData 0 hello',
      'treeXattr user.a b',
      `treeSymlink l /x 0 0 ${time}`,
      'treeLink h f',
      `treeNode null ${0o020666} 1 3 0 0 ${time}`,
    ]);
  });

  it('hides what lower layers have; a directory made again in the same layer becomes opaque', () => {
    expect(
      operations(
        { path: '.wh.gone' },
        { path: 'etc/.wh..wh..opq' },
        { path: '.wh.again' },
        { path: 'again/below/file' },
        { path: 'here/', type: 'directory' },
        { path: '.wh.here' },
        { path: '.wh.file' },
        { path: 'file' },
        { path: '.wh..wh.aufs' },
        { path: 'no.wh.iteout' },
      ),
    ).toEqual([
      'treeWhiteout gone',
      'treeOpaque etc',
      'treeWhiteout again',
      `treeDirectory again ${0o755} 0 0 0 0`,
      'treeOpaque again',
      `treeFile again/below/file ${0o644} 0 0 ${time} 0`,
      `treeDirectory here ${0o644} 0 0 ${time}`,
      'treeOpaque here',
      'treeWhiteout file',
      `treeFile file ${0o644} 0 0 ${time} 0`,
      `treeFile no.wh.iteout ${0o644} 0 0 ${time} 0`,
    ]);
  });

  it('cuts data into pieces that an operation holds', () => {
    const lines = operations({ path: 'f', data: Buffer.alloc(600_000, 'x') });
    expect(lines.map((line) => line.slice(0, 16).trim())).toEqual([
      'treeFile f 420 0',
      'treeData 0 xxxxx',
      'treeData 262144',
      'treeData 524288',
    ]);
  });
});
