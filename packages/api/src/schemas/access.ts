import { z } from 'zod';

/** Long enough to stand guessing at the rate the front door allows; NIST SP 800-63B, 5.1.1.2 (length, no composition rules). */
export const newPassword = z
  .string()
  .min(12, 'a password has at least 12 characters')
  .max(1024, 'a password has at most 1024 characters');
export const setPasswordInput = z.strictObject({
  /** Required of browsers when a password is set already; whoever may open the unix socket need not know it. */
  current: z.string().max(1024).optional(),
  password: newPassword,
});
export const removePasswordInput = z.strictObject({ current: z.string().max(1024).optional() });
export const revokeInput = z.strictObject({ session: z.string().min(1).max(64) });
export const auditInput = z.strictObject({
  before: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(1_000).default(200),
});
