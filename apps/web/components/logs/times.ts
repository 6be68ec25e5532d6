const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const;
const DATE = { day: '2-digit', month: 'short' } as const;
const FORMATS = {
  local: new Intl.DateTimeFormat('en-GB', { ...TIME }),
  utc: new Intl.DateTimeFormat('en-GB', { ...TIME, timeZone: 'UTC' }),
  datedLocal: new Intl.DateTimeFormat('en-GB', { ...DATE, ...TIME }),
  datedUtc: new Intl.DateTimeFormat('en-GB', { ...DATE, ...TIME, timeZone: 'UTC' }),
};

/** `05:53:27.123`, or with the day `22 Nov 05:53:27.123`. */
export function timeOf(time: number, zone: 'local' | 'utc', dated: boolean): string {
  const format = dated ? (zone === 'utc' ? 'datedUtc' : 'datedLocal') : zone;
  return FORMATS[format].format(time).replace(',', '');
}
