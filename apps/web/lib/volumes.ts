import { isAnonymousName } from '@boxyard/spec';

/** As many digits of an anonymous name as of an id. */
const SHORT = 12;

/** A volume's name as lists show it. */
export function shortVolume(name: string): string {
  return isAnonymousName(name) ? name.slice(0, SHORT) : name;
}
