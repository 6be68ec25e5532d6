import { expect, test } from 'vitest';
import { compileTemplate, templateFields } from './templates.ts';

const box = {
  ID: 'abc',
  Name: 'web',
  Pid: 0,
  Command: ['sh', '-c', 'ls'],
  Labels: { env: 'prod', 'com.example/x': 'y' },
  State: { Status: 'running', ExitCode: 7 },
  Execs: [{ ID: 'e1' }, { ID: 'e2' }],
  Nothing: null,
};

test.each([
  ['{{.Name}}', 'web'],
  ['{{ .id }}: {{.name}}', 'abc: web'],
  ['{{.ID}}\\t{{.Name}}', 'abc\tweb'],
  ['{{.State.Status}} {{.State.ExitCode}}', 'running 7'],
  ['{{json .State}}', '{"Status":"running","ExitCode":7}'],
  ['{{json .Labels.env}}', '"prod"'],
  ['{{.Labels.missing}}|', '|'],
  ['{{index .Labels "com.example/x"}}', 'y'],
  ['{{index .Command 2}}', 'ls'],
  ['{{join .Command " "}}', 'sh -c ls'],
  ['{{.Command | join ", "}}', 'sh, -c, ls'],
  ['{{.Name | upper}}', 'WEB'],
  ['{{len .Command}}', '3'],
  ['{{if .Pid}}up{{else}}down{{end}}', 'down'],
  ['{{if eq .State.Status "running"}}up{{end}}', 'up'],
  ['{{if not (eq .Name "db")}}not db{{end}}', 'not db'],
  ['{{range .Execs}}{{.ID}},{{$.Name}};{{end}}', 'e1,web;e2,web;'],
  ['{{range .Nothing}}x{{else}}none{{end}}', 'none'],
  ['{{.Command}} {{.Nothing}}', '[sh -c ls] '],
  ['a {{- .Name -}} b', 'awebb'],
  ['{{"a b"}} {{`c d`}}', 'a b c d'],
  ['plain', 'plain'],
])('%s gives %j', (template, text) => {
  expect(compileTemplate(template)(box)).toBe(text);
});

test.each([
  ['{{.Nmae}}', /no field \.Nmae/],
  ['{{upperr .Name}}', /unknown function "upperr"/],
  ['{{Name}}', /unknown function "Name"/],
  ['{{.Name', /not closed/],
  ['{{if .Name}}x', /without \{\{end\}\}/],
  ['{{end}}', /without \{\{if\}\}/],
  ['{{}}', /not understood/],
  ['{{.Name ^ 2}}', /not understood/],
  ['{{(.Name}}', /lacks a "\)"/],
])('%s is refused', (template, message) => {
  expect(() => compileTemplate(template)(box)).toThrow(message);
});

test('an unknown field suggests the nearest', () => {
  expect(() => compileTemplate('{{.Nmae}}')(box)).toThrow(
    expect.objectContaining({ hint: 'did you mean .Name?' }),
  );
});

test('headings come from the fields a template shows', () => {
  expect(templateFields('{{.ID}}\t{{json .Names}} {{.State.Status}}')).toEqual(['ID', 'Names', 'Status']);
});
