/** The fields of an input that say what a change is about. Everything else stays out: environments, commands and passwords are secrets. */
const SUBJECT_FIELDS = ['container', 'image', 'name', 'tag', 'exec', 'session', 'signal'] as const;
/** Inputs are longer before they are refused. */
const VALUE_CHARACTERS = 128;

/** `container=web signal=SIGHUP` of an input that nobody has checked yet; '' when it names nothing. */
export function auditSubject(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  return SUBJECT_FIELDS.flatMap((field) => {
    const value: unknown = Object.hasOwn(input, field) ? input[field as keyof typeof input] : undefined;
    return typeof value === 'string' ? [`${field}=${printable(value).slice(0, VALUE_CHARACTERS)}`] : [];
  }).join(' ');
}

/** One line, whatever the caller wrote. */
function printable(value: string): string {
  return value.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
