/**
 * The part of Go's text/template that `--format` needs, so that what people wrote for Docker works: `{{.Name}}`, `{{json .State}}`,
 * `{{.ID | upper}}`, `{{index .Labels "env"}}`, `{{if .Pid}}…{{else}}…{{end}}`, `{{range .Execs}}…{{end}}`, `{{join .Command " "}}`.
 */
import { BoxError } from './errors.ts';
import { nearest } from './nearest.ts';

export type Template = (data: unknown) => string;

type Node = { kind: 'text'; text: string } | { kind: 'value'; pipeline: Pipeline } | Block;
interface Block {
  kind: 'if' | 'range';
  pipeline: Pipeline;
  body: Node[];
  otherwise: Node[];
}
type Argument =
  | { kind: 'literal'; value: unknown }
  | { kind: 'path'; path: string[] }
  | { kind: 'group'; pipeline: Pipeline };
interface Command {
  /** Undefined: the argument's own value. */
  name: string | undefined;
  args: Argument[];
}
type Pipeline = Command[];
interface Scope {
  root: unknown;
  dot: unknown;
}

const FUNCTIONS: Record<string, (...args: unknown[]) => unknown> = {
  json: (value) => JSON.stringify(value ?? null),
  upper: (value) => print(value).toUpperCase(),
  lower: (value) => print(value).toLowerCase(),
  title: (value) => print(value).replace(/\b\w/g, (letter) => letter.toUpperCase()),
  len: (value) =>
    Array.isArray(value) || typeof value === 'string' ? value.length : Object.keys(value ?? {}).length,
  join: (list, separator) => (Array.isArray(list) ? list.map(print).join(print(separator)) : print(list)),
  split: (text, separator) => print(text).split(print(separator)),
  truncate: (text, length) => print(text).slice(0, Number(length)),
  index: (value, ...keys) =>
    keys.reduce((inner, key) => (inner as Record<string, unknown> | null)?.[String(key)], value),
  println: (...values) => `${values.map(print).join(' ')}\n`,
  print: (...values) => values.map(print).join(' '),
  not: (value) => !truthy(value),
  and: (...values) => values.find((value) => !truthy(value)) ?? values.at(-1),
  or: (...values) => values.find(truthy) ?? values.at(-1),
  eq: (left, ...others) => others.some((other) => print(left) === print(other)),
  ne: (left, right) => print(left) !== print(right),
};

/** Functions whose piped value is their first argument, however Go would order it: `.Command | join " "` reads naturally. */
const PIPED_FIRST = new Set(['join', 'split', 'truncate']);

/**
 * Compiles a template; `\t` and `\n` written as two characters count as tab and newline, as Docker's `--format` takes them.
 * @returns a function from data to text; it throws BoxError INVALID_ARGUMENT for a field the data does not have
 * @throws BoxError INVALID_ARGUMENT when the template itself is wrong
 */
export function compileTemplate(source: string): Template {
  const nodes = parse(source.replace(/\\t/g, '\t').replace(/\\n/g, '\n'));
  return (data) => renderAll(nodes, { root: data, dot: data });
}

/** The field paths a template shows at its top level, for column headings: `{{.ID}}\t{{.Names}}` gives ID, Names. */
export function templateFields(source: string): string[] {
  return [...source.matchAll(/\{\{[^{}]*?\.(?:\w+\.)*(\w+)[^{}]*\}\}/g)].map((match) => match[1] ?? '');
}

function parse(source: string): Node[] {
  const root: Node[] = [];
  const open: { node: Block; nodes: Node[] }[] = [];
  let nodes = root;
  let at = 0;
  for (const match of source.matchAll(/\{\{(-?)([\s\S]*?)(-?)\}\}(\s*)/g)) {
    const [whole, trimBefore, inside = '', trimAfter, space = ''] = match;
    const before = source.slice(at, match.index);
    nodes.push({ kind: 'text', text: trimBefore ? before.trimEnd() : before });
    at = match.index + whole.length - (trimAfter ? 0 : space.length);
    const [, keyword, rest = ''] = /^\s*(if|range|else|end)\b([\s\S]*)$/.exec(inside) ?? [];
    if (keyword === 'if' || keyword === 'range') {
      const block: Block = { kind: keyword, pipeline: parsePipeline(rest), body: [], otherwise: [] };
      nodes.push(block);
      open.push({ node: block, nodes });
      nodes = block.body;
    } else if (keyword === 'else' || keyword === 'end') {
      const block = open.at(-1);
      if (!block) throw invalid(`{{${keyword}}} without {{if}} or {{range}}`);
      nodes = keyword === 'else' ? block.node.otherwise : block.nodes;
      if (keyword === 'end') open.pop();
    } else {
      nodes.push({ kind: 'value', pipeline: parsePipeline(inside) });
    }
  }
  const tail = source.slice(at);
  if (tail.includes('{{')) throw invalid(`"${tail.slice(tail.indexOf('{{'))}" is not closed by }}`);
  if (open.length > 0) throw invalid('{{if}} or {{range}} without {{end}}');
  nodes.push({ kind: 'text', text: tail });
  return root;
}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*"|`[^`]*`)|(\d+(?:\.\d+)?)|(\$?(?:\.\w+)+|\$?\.|\$)|(\w+)|([|()]))/y;

function parsePipeline(source: string): Pipeline {
  const tokens: string[] = [];
  const text = source.trimEnd();
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) throw invalid(`"{{${source}}}" is not understood`);
    tokens.push(match[0].trim());
    at = TOKEN.lastIndex;
  }
  const pipeline = readPipeline(tokens, source);
  if (tokens.length > 0) throw invalid(`"{{${source}}}" has a ")" too many`);
  return pipeline;
}

function readPipeline(tokens: string[], source: string): Pipeline {
  const pipeline: Pipeline = [];
  do {
    const name =
      /^[a-z]\w*$/i.test(tokens[0] ?? '') && !isLiteral(tokens[0] ?? '') ? tokens.shift() : undefined;
    if (name !== undefined && !Object.hasOwn(FUNCTIONS, name)) {
      const near = nearest(name, Object.keys(FUNCTIONS));
      throw invalid(
        `unknown function "${name}"`,
        near ? `did you mean "${near}"?` : `a field begins with a dot: .${name}`,
      );
    }
    const args: Argument[] = [];
    while (tokens.length > 0 && tokens[0] !== '|' && tokens[0] !== ')') {
      const token = tokens.shift() ?? '';
      if (token === '(') {
        args.push({ kind: 'group', pipeline: readPipeline(tokens, source) });
        if (tokens.shift() !== ')') throw invalid(`"{{${source}}}" lacks a ")"`);
      } else args.push(argument(token));
    }
    if (name === undefined && args.length !== 1) throw invalid(`"{{${source}}}" is not understood`);
    pipeline.push({ name, args });
  } while (tokens[0] === '|' && tokens.shift());
  return pipeline;
}

function isLiteral(token: string): boolean {
  return token === 'true' || token === 'false' || token === 'nil';
}

function argument(token: string): Argument {
  if (token.startsWith('"')) return { kind: 'literal', value: JSON.parse(token) };
  if (token.startsWith('`')) return { kind: 'literal', value: token.slice(1, -1) };
  if (isLiteral(token)) return { kind: 'literal', value: token === 'nil' ? null : token === 'true' };
  if (/^\d/.test(token)) return { kind: 'literal', value: Number(token) };
  if (/^[$.]/.test(token)) return { kind: 'path', path: token.split('.') };
  throw invalid(`"${token}" is no value`, `a field begins with a dot: .${token}`);
}

function renderAll(nodes: Node[], scope: Scope): string {
  return nodes.map((node) => render(node, scope)).join('');
}

function render(node: Node, scope: Scope): string {
  if (node.kind === 'text') return node.text;
  const value = run(node.pipeline, scope);
  if (node.kind === 'value') return print(value);
  if (node.kind === 'if') return renderAll(truthy(value) ? node.body : node.otherwise, scope);
  const items = Array.isArray(value) ? value : Object.values(value ?? {});
  if (items.length === 0) return renderAll(node.otherwise, scope);
  return items.map((dot) => renderAll(node.body, { ...scope, dot })).join('');
}

function run(pipeline: Pipeline, scope: Scope): unknown {
  let value: unknown;
  for (const [index, { name, args }] of pipeline.entries()) {
    const values = args.map((arg) => resolve(arg, scope));
    if (name === undefined) {
      value = values[0];
      continue;
    }
    if (index > 0) PIPED_FIRST.has(name) ? values.unshift(value) : values.push(value);
    value = FUNCTIONS[name]?.(...values);
  }
  return value;
}

function resolve(arg: Argument, scope: Scope): unknown {
  if (arg.kind === 'literal') return arg.value;
  if (arg.kind === 'group') return run(arg.pipeline, scope);
  const [start, ...path] = arg.path;
  let value = start === '$' ? scope.root : scope.dot;
  for (const key of path.filter(Boolean)) value = field(value, key, value === scope.root);
  return value;
}

/** A field by its name, or by its name in another case: `.ID`, `.Id` and `.id` are one. */
function field(value: unknown, key: string, strict: boolean): unknown {
  if (value === null || typeof value !== 'object') return undefined;
  const record = value as Record<string, unknown>;
  if (Object.hasOwn(record, key)) return record[key];
  const keys = Object.keys(record);
  const match = keys.find((candidate) => candidate.toLowerCase() === key.toLowerCase());
  if (match !== undefined) return record[match];
  if (!strict) return undefined;
  const near = nearest(key, keys);
  throw invalid(
    `there is no field .${key}`,
    near ? `did you mean .${near}?` : `fields are ${keys.map((name) => `.${name}`).join(', ')}`,
  );
}

function print(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map(print).join(' ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function truthy(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' ? Object.keys(value).length > 0 : Boolean(value);
}

function invalid(message: string, hint = "a template looks like --format '{{.ID}} {{.Name}}'"): BoxError {
  return new BoxError('INVALID_ARGUMENT', `--format: ${message}`, { hint });
}
