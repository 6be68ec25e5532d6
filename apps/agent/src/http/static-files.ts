import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative } from 'node:path';
import { pipeline } from 'node:stream';
import { BoxError } from '@boxyard/spec';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
};
/** Next.js puts a hash of the content into these names. */
const HASHED = /^_next\/static\//;
/** A script's policy counts when it is a Worker (CSP level 3, 4.2.3): ours load the rest of themselves and talk to nobody. */
const WORKER_POLICY = "default-src 'none'; script-src 'self'";
const NOT_FOUND_PAGE = '404.html';
/** The build's own notes, not part of the site. */
const PRIVATE = new Set(['csp.json']);
/** What the build compressed beside the file itself, the smallest first: name of the coding (RFC 9110, 8.4.1) and its ending. */
const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;
type Coding = (typeof CODINGS)[number][0];

interface Stored {
  file: string;
  size: number;
  etag: string;
}
interface Entry extends Stored {
  compressed: Partial<Record<Coding, Stored>>;
}

/**
 * The exported dashboard. Requests are looked up in a list of what the directory holds, so no path of a request ever reaches the
 * file system. The list is made at the first request and again when the directory was built anew.
 */
export class StaticFiles {
  #root: string;
  #builtAt = Number.NaN;
  #entries = new Map<string, Entry>();
  #scriptHashes: string[] = [];
  #build: string | null = null;

  constructor(root: string) {
    this.#root = root;
  }

  /** Which dashboard is served, as its pages know themselves; null when it does not say. */
  get build(): string | null {
    this.#refresh();
    return this.#build;
  }

  handle(request: IncomingMessage, response: ServerResponse, path: string): void {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new BoxError('NOT_FOUND', 'no such address');
    this.#refresh();
    const found = this.#find(path);
    const name = found ?? NOT_FOUND_PAGE;
    const entry = this.#entries.get(name);
    if (!entry) {
      throw new BoxError('NOT_FOUND', this.#entries.size ? 'no such page' : 'the dashboard is not built', {
        hint: this.#entries.size ? 'go to /' : 'run "npm run build"',
      });
    }
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    const coding = bestCoding(request.headers['accept-encoding'], entry);
    const stored = (coding && entry.compressed[coding]) ?? entry;
    const headers: Record<string, string> = {
      'Content-Type': type,
      ETag: stored.etag,
      'Cache-Control': HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
      Vary: 'Accept-Encoding',
    };
    if (coding) headers['Content-Encoding'] = coding;
    if (type.startsWith('text/html')) headers['Content-Security-Policy'] = this.#policy(request);
    if (extname(name) === '.js') headers['Content-Security-Policy'] = WORKER_POLICY;
    if (found && request.headers['if-none-match'] === stored.etag) {
      response.writeHead(304, headers).end();
      return;
    }
    response.writeHead(found ? 200 : 404, { ...headers, 'Content-Length': stored.size });
    if (request.method === 'HEAD') response.end();
    // A client that leaves early is no error of ours.
    else pipeline(createReadStream(stored.file), response, () => {});
  }

  #find(path: string): string | undefined {
    const name = decode(path).replace(/^\/+/, '').replace(/\/+$/, '');
    const candidates = name === '' ? ['index.html'] : [name, `${name}.html`, `${name}/index.html`];
    return candidates.find((candidate) => candidate !== NOT_FOUND_PAGE && this.#entries.has(candidate));
  }

  #refresh(): void {
    const builtAt =
      statSync(join(this.#root, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
    if (builtAt === this.#builtAt) return;
    this.#builtAt = builtAt;
    this.#entries = listFiles(this.#root);
    const { build, hashes } = readNotes(join(this.#root, 'csp.json'));
    this.#build = build;
    this.#scriptHashes = hashes;
  }

  /** connect-src names the WebSocket too: older browsers do not count ws: as 'self'. */
  #policy(request: IncomingMessage): string {
    const host = request.headers.host;
    const socket = host && /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : '';
    return [
      "default-src 'none'",
      "object-src 'none'",
      `script-src ${["'self'", ...this.#scriptHashes].join(' ')}`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self' data:",
      `connect-src 'self'${socket}`,
      "worker-src 'self' blob:",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; ');
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return NOT_FOUND_PAGE;
  }
}

function listFiles(root: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const found = statSync(root, { throwIfNoEntry: false })
    ? readdirSync(root, { recursive: true, withFileTypes: true })
    : [];
  for (const directoryEntry of found) {
    if (!directoryEntry.isFile()) continue;
    const file = join(directoryEntry.parentPath, directoryEntry.name);
    const name = relative(root, file);
    if (PRIVATE.has(name)) continue;
    entries.set(name, { ...storedAt(file), compressed: {} });
  }
  for (const [name, entry] of entries) {
    for (const [coding, ending] of CODINGS) {
      const compressed = entries.get(name + ending);
      if (!compressed) continue;
      entry.compressed[coding] = compressed;
      entries.delete(name + ending);
    }
  }
  return entries;
}

function storedAt(file: string): Stored {
  const { size, mtimeMs } = statSync(file);
  return { file, size, etag: `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"` };
}

/** The smallest form that the client takes; one it gave weight 0 it does not take. */
function bestCoding(accepted: string | string[] | undefined, { compressed }: Entry): Coding | undefined {
  const taken = new Set(
    String(accepted ?? '')
      .split(',')
      .filter((offer) => !/;\s*q=0(\.0*)?\s*$/i.test(offer))
      .map((offer) => offer.split(';')[0]?.trim().toLowerCase()),
  );
  return CODINGS.map(([coding]) => coding).find((coding) => coding in compressed && taken.has(coding));
}

/** `{build: "…", hashes: ["sha256-…"]}`, which the build writes: its name, and the inline scripts that its pages contain. */
function readNotes(file: string): { build: string | null; hashes: string[] } {
  try {
    const { build, hashes } = JSON.parse(readFileSync(file, 'utf8')) as {
      build?: unknown;
      hashes: unknown[];
    };
    return {
      build: typeof build === 'string' ? build : null,
      hashes: hashes
        .filter((hash): hash is string => typeof hash === 'string' && /^sha256-[A-Za-z0-9+/=]+$/.test(hash))
        .map((hash) => `'${hash}'`),
    };
  } catch {
    return { build: null, hashes: [] };
  }
}
