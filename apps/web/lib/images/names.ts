import type { ImageView } from '@boxyard/api';
import { parseImageReference } from '@boxyard/spec';

const SHORT_ID = 12;

export const shortImageId = (id: string): string => id.replace(/^sha256:/, '').slice(0, SHORT_ID);

/** What an image is called where one name is wanted. */
export function imageName({ tags, digests, id }: Pick<ImageView, 'tags' | 'digests' | 'id'>): string {
  return tags[0] ?? digests[0]?.replace(/(?<=@sha256:[0-9a-f]{12})[0-9a-f]+$/, '…') ?? shortImageId(id);
}

/** By which the agent finds exactly this image, and people read best. */
export function imageReference({ tags, id }: Pick<ImageView, 'tags' | 'id'>): string {
  return tags[0] ?? shortImageId(id);
}

export function imageHref(image: string, tab?: string): string {
  return `/images/view/?id=${encodeURIComponent(image)}${tab ? `&tab=${tab}` : ''}`;
}

export function newBoxHref(image: string): string {
  return `/containers/new/?image=${encodeURIComponent(image)}`;
}

/** `12 images`, `1 image`. */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** Why a text is no name of an image, and what would be; undefined when it is one, or nothing yet. */
export function nameProblem(text: string): string | undefined {
  if (text === '' || parseImageReference(text)) return undefined;
  if (/^https?:/.test(text)) return 'A name without https://, like ghcr.io/team/app:v2.';
  const name = text.replace(/(:[^/]*|@.*)$/, '');
  if (/[A-Z]/.test(name) && parseImageReference(name.toLowerCase())) {
    return 'Names are in small letters; only tags may have capitals.';
  }
  return 'Like nginx, team/app:v2, ghcr.io/team/app or app@sha256:… with 64 digits.';
}

/** Which registry it is asked from, and what there: `docker.io`, `library/nginx:latest`. */
export function nameInFull(text: string): { registry: string; path: string } | undefined {
  const reference = parseImageReference(text);
  if (!reference) return undefined;
  const { registry, repository, tag, digest } = reference;
  return { registry, path: `${repository}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}` };
}
