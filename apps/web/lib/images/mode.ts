const BITS = 'rwxrwxrwx';
const SETUID = 0o4000;
const SETGID = 0o2000;
const STICKY = 0o1000;

/** The permissions of a mode as `ls -l` writes them, without the kind: `rwsr-xr-x`. */
export function modeWords(mode: number): string {
  const letters = [...BITS].map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-'));
  const special = (bit: number, at: number, set: string) => {
    if (mode & bit) letters[at] = letters[at] === 'x' ? set : set.toUpperCase();
  };
  special(SETUID, 2, 's');
  special(SETGID, 5, 's');
  special(STICKY, 8, 't');
  return letters.join('');
}
