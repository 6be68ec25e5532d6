/** What a procedure may do. A principal holds a set of these; every procedure names exactly one. */
export const PERMISSIONS = [
  'container.read',
  'container.write',
  'container.exec',
  'image.read',
  'image.write',
  'volume.read',
  'volume.write',
  'registry.manage',
  'system.read',
  'session.self',
  'access.manage',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Who is asking. `unix`: somebody who may open the agent's socket (equals root). `session`: a signed-in browser. */
export interface Principal {
  kind: 'unix' | 'session';
  /** `local` or the session's public id: how the audit names it. */
  name: string;
  permissions: ReadonlySet<Permission>;
}

export const ALL_PERMISSIONS: ReadonlySet<Permission> = new Set(PERMISSIONS);
