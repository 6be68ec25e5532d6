/** Changes that were asked for: who, what about, and the error's code where one came of it. `time` is Unix milliseconds. */
export const sql = `
CREATE TABLE audit (
  sequence  INTEGER PRIMARY KEY NOT NULL,
  time      INTEGER NOT NULL,
  who       TEXT NOT NULL,
  procedure TEXT NOT NULL,
  subject   TEXT NOT NULL,
  error     TEXT
) STRICT;
`;
