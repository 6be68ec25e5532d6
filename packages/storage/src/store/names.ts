import { familiarName, parseImageReference } from '@boxyard/spec';

/** The names of one manifest: `debian:12` and `debian@sha256:…`. */
export interface Names {
  readonly tags: readonly string[];
  readonly digests: readonly string[];
}

/**
 * Without one of them. With the last tag of a repository its digest goes too: it came with the tag, and an image that only has that is
 * one nobody asks for any more.
 */
export function withoutName<T extends Names>(names: T, name: string): T {
  const tags = names.tags.filter((tag) => tag !== name);
  const repository = repositoryOf(name);
  const orphaned = tags.length < names.tags.length && !tags.some((tag) => repositoryOf(tag) === repository);
  const digests = names.digests.filter(
    (digest) => digest !== name && !(orphaned && repositoryOf(digest) === repository),
  );
  return { ...names, tags, digests };
}

export function hasName({ tags, digests }: Names, name: string): boolean {
  return tags.includes(name) || digests.includes(name);
}

export function isNamed({ tags, digests }: Names): boolean {
  return tags.length > 0 || digests.length > 0;
}

function repositoryOf(name: string): string | undefined {
  const reference = parseImageReference(name);
  return reference && familiarName(reference);
}
