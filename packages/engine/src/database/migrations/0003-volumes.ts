/** Volumes; their files lie in `volumes/<name>/_data`. Who mounts one is in the containers' configs. `created_at` is Unix milliseconds. */
export const sql = `
CREATE TABLE volumes (
  name       TEXT PRIMARY KEY NOT NULL,
  created_at INTEGER NOT NULL,
  labels     TEXT NOT NULL,
  anonymous  INTEGER NOT NULL
) STRICT;
`;
