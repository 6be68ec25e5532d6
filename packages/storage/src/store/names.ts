import { familiarName, parseImageReference } from '@boxyard/spec';

/** The names of one manifest: `debian:12` and `debian@sha256:…`. */
export interface Names {
  readonly tags: readonly string[];
  readonly digests: readonly string[];
}

/**
 * Without one of them. With the last tag of a repository its digest goes too: it came with the tag. With the last tag of all every digest
 * goes: where an image was pushed to is nothing that somebody here calls it by.
 */
export function withoutName<T extends Names>(names: T, name: string): T {
  const tags = names.tags.filter((tag) => tag !== name);
  const repository = repositoryOf(name);
  const untagged = tags.length < names.tags.length;
  const orphaned = untagged && !tags.some((tag) => repositoryOf(tag) === repository);
  const digests = names.digests.filter((digest) => {
    if (digest === name || (untagged && tags.length === 0)) return false;
    return !(orphaned && repositoryOf(digest) === repository);
  });
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
