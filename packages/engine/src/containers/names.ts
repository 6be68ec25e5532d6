import { randomInt } from 'node:crypto';

/* biome-ignore format: word lists read as paragraphs */
const FIRST = [
  'amber', 'ample', 'azure', 'basic', 'blithe', 'bold', 'brave', 'breezy', 'bright', 'brisk', 'calm', 'candid', 'civil', 'clear', 'clever',
  'cosy', 'crisp', 'dapper', 'daring', 'deft', 'eager', 'early', 'fair', 'fleet', 'fond', 'frank', 'fresh', 'gentle', 'glad', 'golden',
  'grand', 'happy', 'hardy', 'hazel', 'honest', 'humble', 'ivory', 'jolly', 'keen', 'kind', 'lively', 'loyal', 'lucid', 'lucky', 'mellow',
  'merry', 'mild', 'modest', 'neat', 'nimble', 'noble', 'patient', 'plucky', 'polite', 'proud', 'quick', 'quiet', 'rapid', 'ready', 'rosy',
  'silver', 'smart', 'snug', 'sober', 'solid', 'spry', 'steady', 'stout', 'sunny', 'swift', 'tidy', 'trusty', 'upbeat', 'vivid', 'warm', 'wise',
];
/* biome-ignore format: word lists read as paragraphs */
const SECOND = [
  'acorn', 'anchor', 'apple', 'badger', 'barrel', 'basin', 'beacon', 'birch', 'bridge', 'brook', 'cabin', 'canoe', 'cedar', 'cliff', 'clover',
  'comet', 'coral', 'crane', 'creek', 'delta', 'dune', 'ember', 'falcon', 'fern', 'field', 'finch', 'fjord', 'forge', 'fox', 'garden', 'glade',
  'grove', 'harbor', 'hazelnut', 'heron', 'hill', 'island', 'kettle', 'lagoon', 'lantern', 'larch', 'ledge', 'lynx', 'maple', 'marsh', 'meadow',
  'mill', 'moon', 'moss', 'oak', 'orchard', 'otter', 'owl', 'pebble', 'pine', 'plum', 'pond', 'quay', 'raven', 'reef', 'ridge', 'river', 'robin',
  'sail', 'shore', 'sparrow', 'spring', 'stone', 'summit', 'tern', 'thistle', 'trail', 'valley', 'willow', 'wren',
];

/** Tries with words alone before a number is added. */
const PLAIN_TRIES = 20;

/** A readable name that `taken` does not know: `quiet-harbor`, on a crowded host `quiet-harbor-4711`. */
export function makeName(taken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt += 1) {
    const words = `${FIRST[randomInt(FIRST.length)]}-${SECOND[randomInt(SECOND.length)]}`;
    const name = attempt < PLAIN_TRIES ? words : `${words}-${randomInt(10_000)}`;
    if (!taken(name)) return name;
  }
}

/** Whether a name can be a host name (RFC 1123, at most 64 bytes as the kernel wants). */
export function isHostname(name: string): boolean {
  return /^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,62}[a-zA-Z0-9])?$/.test(name);
}
