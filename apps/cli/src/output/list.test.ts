import { expect, test, vi } from 'vitest';
import { formatOne, printList } from './list.ts';
import { formatTable, printable, truncate } from './table.ts';

const written = vi.hoisted(() => ({ text: '' }));
vi.mock('./print.ts', () => ({
  write: (text: string) => {
    written.text += text;
  },
}));

const list = {
  views: [
    { id: 'a1', name: 'web' },
    { id: 'b2', name: 'db' },
  ],
  row: ({ id, name }: { id: string; name: string }) => ({ ID: id, Name: name }),
  columns: [
    { title: 'ID', value: (row: { ID: string; Name: string }) => row.ID },
    { title: 'NAME', value: (row: { ID: string; Name: string }) => row.Name },
  ],
  id: (row: { ID: string }) => row.ID,
};
function printed(options: { format?: string; quiet?: boolean }) {
  written.text = '';
  printList(list, { trunc: true, ...options });
  return written.text;
}

test.each([
  [{}, 'ID   NAME\na1   web\nb2   db\n'],
  [{ quiet: true }, 'a1\nb2\n'],
  [{ format: '{{.ID}}-{{.Name}}' }, 'a1-web\nb2-db\n'],
  [{ format: 'table {{.Name}}\\t{{.ID}}' }, 'NAME   ID\nweb    a1\ndb     b2\n'],
])('a list with %j', (options, text) => {
  expect(printed(options)).toBe(text);
});

test('json is one array of what the API gave', () => {
  expect(JSON.parse(printed({ format: 'json' }))).toEqual(list.views);
});

test('a format that is none says what there is', () => {
  expect(() => printed({ format: 'yaml' })).toThrow('"yaml" is no format');
  expect(() => formatOne({}, 'yaml')).toThrow('"yaml" is no format');
  expect(() => printed({ format: '{{.Nam}}' })).toThrow('no field .Nam');
});

test('control characters of names are shown, not obeyed', () => {
  expect(printable('a\u001b[31mb\nc')).toBe('a\\u001b[31mb\\nc');
  expect(formatTable([{ title: 'X', value: (row: string) => row }], ['\u009b1m'])).toBe('X\n\\u009b1m\n');
});

test('long text ends with an ellipsis', () => {
  expect(truncate('abcdef', 4)).toBe('abc…');
  expect(truncate('abcd', 4)).toBe('abcd');
});
