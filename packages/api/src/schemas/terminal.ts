import { z } from 'zod';
import { containerName, containerReference } from './container.ts';

/** Name, full id or unique id prefix of a session. */
export const terminalReference = z.string().min(1).max(256);
export const terminalListInput = z.strictObject({ container: containerReference.optional() });
export const terminalInput = z.strictObject({ session: terminalReference });
export const terminalRenameInput = z.strictObject({ session: terminalReference, name: containerName });
