/** Containers, their exec sessions, and the latest events. Times are Unix milliseconds; `json` columns hold what their TypeScript types say. */
export const sql = `
CREATE TABLE containers (
  id            TEXT PRIMARY KEY NOT NULL,
  name          TEXT NOT NULL UNIQUE,
  image         TEXT NOT NULL,
  image_id      TEXT,
  config        TEXT NOT NULL,
  state         TEXT NOT NULL,
  pid           INTEGER,
  boot_id       TEXT,
  created_at    INTEGER NOT NULL,
  started_at    INTEGER,
  finished_at   INTEGER,
  exit          TEXT,
  reason        TEXT,
  stop_asked    INTEGER NOT NULL DEFAULT 0,
  restart_count INTEGER NOT NULL DEFAULT 0,
  log_end       INTEGER NOT NULL DEFAULT 0,
  revision      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE execs (
  id          TEXT PRIMARY KEY NOT NULL,
  container   TEXT NOT NULL REFERENCES containers (id) ON DELETE CASCADE,
  config      TEXT NOT NULL,
  pid         INTEGER,
  created_at  INTEGER NOT NULL,
  finished_at INTEGER,
  exit        TEXT
) STRICT;
CREATE INDEX execs_by_container ON execs (container);

CREATE TABLE events (
  sequence   INTEGER PRIMARY KEY NOT NULL,
  time       INTEGER NOT NULL,
  type       TEXT NOT NULL,
  action     TEXT NOT NULL,
  target     TEXT NOT NULL,
  name       TEXT NOT NULL,
  attributes TEXT NOT NULL
) STRICT;
`;
