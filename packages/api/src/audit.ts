/** The fields of an input that say what a change is about. Everything else stays out: environments, commands and passwords are secrets. */
const SUBJECT_FIELDS = [
  'container',
  'image',
  'images',
  'name',
  'tag',
  'destination',
  'volume',
  'registry',
  'task',
  'path',
  'exec',
  'session',
  'signal',
] as const;
/** Inputs are longer before they are refused. */
const VALUE_CHARACTERS = 128;
const FULL_ID = /^[0-9a-f]{64}$/;
const SHORT_ID = 12;

/** `container=web signal=SIGHUP` of an input that nobody has checked yet; '' when it names nothing. */
export function auditSubject(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  return SUBJECT_FIELDS.flatMap((field) => {
    const given: unknown = Object.hasOwn(input, field) ? input[field as keyof typeof input] : undefined;
    const value = Array.isArray(given) ? given.filter((one) => typeof one === 'string').join(',') : given;
    return typeof value === 'string' && value !== '' ? [`${field}=${shortened(value)}`] : [];
  })
    .concat('source' in input ? auditSubject(input.source) : [])
    .filter(Boolean)
    .join(' ');
}

/** One line, whatever the caller wrote; ids as people know them. */
function shortened(value: string): string {
  if (FULL_ID.test(value)) return value.slice(0, SHORT_ID);
  return value.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?').slice(0, VALUE_CHARACTERS);
}
