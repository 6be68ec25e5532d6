const PORTABLE = /^(user\.(?!overlay\.)|security\.capability$|system\.posix_acl_(access|default)$)/;

/** Attributes that belong to a file wherever it goes. Others are the host's business (SELinux labels, `trusted.`) or overlay's own. */
export function isPortableXattr(name: string): boolean {
  return PORTABLE.test(name);
}
