import { expect, test } from 'vitest';
import {
  ALL_CAPABILITIES,
  CAPABILITIES,
  capabilityMask,
  capabilityNames,
  mergeCapabilities,
  parseCapability,
} from './capabilities.ts';
import { DEFAULT_CAPABILITIES } from './container.ts';

test.each(['net_admin', 'NET_ADMIN', 'cap_net_admin', 'CAP_NET_ADMIN'])('%s is CAP_NET_ADMIN', (text) => {
  expect(parseCapability(text)).toBe('CAP_NET_ADMIN');
});

test('a misspelled name is refused with the nearest one', () => {
  expect(() => parseCapability('NET_ADMN')).toThrow(
    expect.objectContaining({ message: '"NET_ADMN" is no capability', hint: 'did you mean NET_ADMIN?' }),
  );
});

test('the default set has the mask that /proc shows for it', () => {
  // CapEff of a process with exactly these, decoded with capsh --decode on Debian 12.
  expect(capabilityMask(DEFAULT_CAPABILITIES).toString(16)).toBe('800405fb');
});

test('names and masks turn into each other', () => {
  expect(capabilityNames(ALL_CAPABILITIES)).toEqual([...CAPABILITIES]);
  expect(ALL_CAPABILITIES.toString(16)).toBe('1ffffffffff');
  expect(capabilityNames(capabilityMask(['SYS_TIME', 'chown']))).toEqual(['CAP_CHOWN', 'CAP_SYS_TIME']);
});

test('adding and dropping follow Docker', () => {
  const base = ['CAP_CHOWN', 'CAP_KILL'];
  expect(mergeCapabilities(base, ['NET_RAW'], ['kill'])).toEqual(['CAP_CHOWN', 'CAP_NET_RAW']);
  expect(mergeCapabilities(base, ['NET_RAW'], ['ALL'])).toEqual(['CAP_NET_RAW']);
  expect(mergeCapabilities(base, ['ALL'], ['NET_RAW'])).toHaveLength(CAPABILITIES.length - 1);
  expect(mergeCapabilities(base, [], ['ALL'])).toEqual([]);
});
