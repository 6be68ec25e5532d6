import { lstatSync, statSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import type { PathStat } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { TarParser } from '@boxyard/storage/tar';
import type { Agent } from '../agent/agent.ts';
import { archiveHostPath } from '../copy/host-archive.ts';
import { HostWriter } from '../copy/host-writer.ts';
import {
  type CopyDestination,
  type Place,
  parsePlace,
  planCopy,
  wantsContents,
  wantsDirectory,
} from '../copy/places.ts';
import { checkArchiveOutput, writeArchive } from '../output/archive-output.ts';
import { note } from '../output/print.ts';
import { archiveSource } from '../session/archive-input.ts';
import { openStandardInput } from '../session/standard-input.ts';
import { defineVerb } from '../verb.ts';

interface CpOptions {
  archive?: boolean;
  followLink?: boolean;
}
type InBox = Extract<Place, { kind: 'box' }>;
type OnHost = Extract<Place, { kind: 'host' }>;

export default defineVerb<CpOptions>({
  examples: [
    'cp web:/etc/nginx/nginx.conf .',
    'cp ./site/. web:/srv/www',
    'cp web:/var/log - | tar -t',
    'tar -c site | box cp - web:/srv',
  ],
  define: (command) =>
    command
      .argument('<source>', 'NAME:PATH, a path of this machine, or - for a tar archive on stdin')
      .argument('<destination>', 'NAME:PATH, a path of this machine, or - for a tar archive on stdout')
      .option('-a, --archive', 'keep owners (numbers) and set-user-id bits')
      .option('-L, --follow-link', 'copy what the link at the end of the source leads to'),
  async run({ args: [from = '', to = ''], options, agent }) {
    const source = parsePlace(from);
    const destination = parsePlace(to);
    if (source.kind === 'box' && destination.kind === 'box') {
      throw new BoxError('UNSUPPORTED', 'cp: copies go to or from this machine, not between boxes', {
        hint: `send an archive through: box cp ${from} - | box cp - ${to}`,
      });
    }
    if (source.kind === 'box') await copyOut(agent, { source, destination, options });
    else if (destination.kind === 'box') await copyIn(agent, { source, destination, options });
    else {
      throw new BoxError('INVALID_ARGUMENT', 'cp: neither side names a box', {
        hint: 'write a place in a box as NAME:PATH',
      });
    }
    return 0;
  },
});

async function copyOut(
  agent: Agent,
  copy: { source: InBox; destination: Place; options: CpOptions },
): Promise<void> {
  const { source, destination, options } = copy;
  const { container, path } = source;
  const followLink = options.followLink ?? false;
  if (destination.kind === 'stream') checkArchiveOutput('cp', undefined);
  const found = await statInBox(agent, source);
  if (!found) throw await nothingThere(agent, source);
  const { transfer } = await agent.mutate('containers.copyFrom', { container, path, followLink });
  const chunks = agent.download(transfer);
  if (destination.kind !== 'host') return writeArchive(chunks, undefined);
  const directory = found.kind === 'directory' || (followLink && found.targetKind === 'directory');
  const plan = planCopy({ path, directory }, onHost(destination.path));
  const name = posix.basename(path);
  using writer = new HostWriter({
    directory: plan.directory,
    rename: { from: name === '.' ? '' : name, to: plan.name },
    archive: options.archive ?? false,
  });
  const parser = new TarParser(writer);
  for await (const chunk of chunks) parser.push(chunk);
  parser.end();
  writer.end();
  for (const line of writer.warnings) note(`box: ${line}`);
}

async function copyIn(
  agent: Agent,
  copy: { source: OnHost | { kind: 'stream' }; destination: InBox; options: CpOptions },
): Promise<void> {
  const { source, destination, options } = copy;
  if (source.kind === 'stream') {
    archiveSource(undefined, 'cp', `tar -c FILES | box cp - ${destination.container}:${destination.path}`);
  }
  const target = await inBox(agent, destination);
  const send = async (path: string, body: AsyncIterable<Uint8Array>) => {
    const { container } = destination;
    const request = { container, path, archive: options.archive ?? false };
    const { transfer } = await agent.mutate('containers.copyTo', request);
    await agent.transfer(transfer, body);
  };
  if (source.kind === 'stream') {
    if (target.is === 'directory') return send(target.path, openStandardInput());
    throw new BoxError(
      'INVALID_ARGUMENT',
      `cp: ${destination.container}:${destination.path} is not a directory`,
      { hint: 'an archive is unpacked into a directory of the box that exists' },
    );
  }
  const followLink = options.followLink || wantsDirectory(source.path);
  const directory = isDirectory(source.path, followLink);
  const path = wantsContents(source.path) ? source.path : resolve(source.path);
  const { directory: into, name } = planCopy({ path, directory }, target);
  await send(into, archiveHostPath(source.path, { name, followLink }));
}

/** What is there, or undefined. */
async function statInBox(agent: Agent, { container, path }: InBox): Promise<PathStat | undefined> {
  try {
    return await agent.query('containers.statPath', { container, path });
  } catch (error) {
    // Of a box that is not there the next call says so.
    if (error instanceof BoxError && error.code === 'NOT_FOUND' && error.details?.path === path)
      return undefined;
    throw error;
  }
}

async function nothingThere(agent: Agent, { container, path }: InBox): Promise<BoxError> {
  const file = wantsDirectory(path) && (await statInBox(agent, withoutEnding(container, path)));
  return file
    ? new BoxError('INVALID_ARGUMENT', `cp: ${container}:${path} is not a directory`, {
        hint: 'leave the slash out',
      })
    : new BoxError('NOT_FOUND', `cp: there is no ${path} in the box ${container}`, {
        hint: `see what is there: box exec ${container} ls -l ${posix.dirname(path)}`,
      });
}

const withoutEnding = (container: string, path: string): InBox => ({
  kind: 'box',
  container,
  path: path.replace(/\/\.?$/, '') || '/',
});

/** The destination in a box; a link counts as what it leads to. */
async function inBox(agent: Agent, place: InBox): Promise<CopyDestination> {
  const found = await statInBox(agent, place);
  if (!found) {
    if (wantsDirectory(place.path) && (await statInBox(agent, withoutEnding(place.container, place.path))))
      throw await nothingThere(agent, place);
    return { path: place.path, is: 'missing' };
  }
  if (found.kind !== 'symlink')
    return { path: place.path, is: found.kind === 'directory' ? 'directory' : 'other' };
  if (found.target === null) {
    throw new BoxError('INVALID_ARGUMENT', `cp: ${place.path} is a link that leads nowhere`, {
      hint: 'remove it first, or name another destination',
    });
  }
  return { path: found.target, is: found.targetKind === 'directory' ? 'directory' : 'other' };
}

function onHost(path: string): CopyDestination {
  const found = statSync(path, { throwIfNoEntry: false });
  return { path, is: found ? (found.isDirectory() ? 'directory' : 'other') : 'missing' };
}

function isDirectory(path: string, followLink: boolean): boolean {
  const found = (followLink ? statSync : lstatSync)(path, { throwIfNoEntry: false });
  if (!found) throw new BoxError('NOT_FOUND', `cp: there is no file or directory ${path}`);
  return found.isDirectory();
}
