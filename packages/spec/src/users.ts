import { BoxError } from './errors.ts';

/** The largest id that names somebody: (uid_t) -1 means "leave as it is" (chown(2)). */
const MAX_ID = 0xffff_fffe;

/**
 * Checks the grammar of `USER[:GROUP]`, names or numbers; whether a box has them is seen at its start.
 * @throws BoxError INVALID_ARGUMENT
 */
export function checkUser(user: string): string {
  const [name = '', group, ...rest] = user.split(':');
  const tooLarge = [name, group ?? ''].some((part) => /^\d+$/.test(part) && Number(part) > MAX_ID);
  const malformed = /[\s\p{Cc}/]/u.test(user) || rest.length > 0 || (group !== undefined && group === '');
  if (malformed || tooLarge) {
    throw new BoxError('INVALID_ARGUMENT', `"${user}" is no user`, {
      hint: tooLarge ? `ids go from 0 to ${MAX_ID}` : 'write USER or USER:GROUP, names or numbers',
    });
  }
  return user;
}
