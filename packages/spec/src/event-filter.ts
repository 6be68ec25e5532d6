import { BoxError } from './errors.ts';
import { normalizeReference } from './image.ts';
import { nearest } from './nearest.ts';

/** What a filter looks at in an event. */
export interface FilteredEvent {
  type: string;
  action: string;
  id: string;
  name: string;
  attributes: Record<string, string>;
}
type Test = (event: FilteredEvent) => boolean;

/** So many digits of an id are meant as one; fewer are a name. */
const ID_PREFIX = /^[0-9a-f]{4,64}$/;

function names(value: string): (event: { id: string; name: string }) => boolean {
  return ({ id, name }) => name === value || (ID_PREFIX.test(value) && id.startsWith(value));
}

function sameImage(value: string): (image: string | undefined) => boolean {
  const wanted = normalizeReference(value) ?? value;
  return (image) => image !== undefined && (image === value || normalizeReference(image) === wanted);
}

const KEYS: Record<string, (value: string) => Test> = {
  type: (value) => (event) => event.type === value,
  event: (value) => (event) => event.action === value,
  container(value) {
    const isIt = names(value);
    return (event) => event.type === 'container' && isIt(event);
  },
  image(value) {
    const [isIt, isSame] = [names(value.replace(/^sha256:/, '')), sameImage(value)];
    return (event) =>
      event.type === 'image' ? isIt(event) || isSame(event.name) : isSame(event.attributes.image);
  },
  volume: (value) => (event) => event.type === 'volume' && event.name === value,
  label(value) {
    const at = value.indexOf('=');
    if (at === -1) return ({ attributes }) => Object.hasOwn(attributes, value);
    const [key, expected] = [value.slice(0, at), value.slice(at + 1)];
    return ({ attributes }) => Object.hasOwn(attributes, key) && attributes[key] === expected;
  },
};

/**
 * One test out of `key=value` pairs as `docker events --filter` takes them: type, event, container, image, volume, label. Different keys must all
 * hold, of the same key one.
 * @throws BoxError INVALID_ARGUMENT for an unknown key or a missing value
 */
export function compileEventFilter(filters: readonly string[]): Test {
  const byKey = new Map<string, Test[]>();
  for (const filter of filters) {
    const at = filter.indexOf('=');
    const key = at === -1 ? filter : filter.slice(0, at);
    const make = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (!make) {
      const near = nearest(key, Object.keys(KEYS));
      throw new BoxError('INVALID_ARGUMENT', `events have no filter "${key}"`, {
        hint: `${near ? `did you mean "${near}"? ` : ''}filters are ${Object.keys(KEYS).join(', ')}`,
      });
    }
    if (at === -1) {
      throw new BoxError('INVALID_ARGUMENT', `the filter "${filter}" has no value`, {
        hint: `write ${key}=VALUE`,
      });
    }
    byKey.set(key, [...(byKey.get(key) ?? []), make(filter.slice(at + 1))]);
  }
  const tests = [...byKey.values()];
  return (event) => tests.every((alternatives) => alternatives.some((test) => test(event)));
}
