import { BoxError, type ErrorCode } from '@boxyard/spec';
import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { auditSubject } from './audit.ts';
import type { Permission, Principal } from './permissions.ts';
import type { AccessService, Download, Services } from './services.ts';

export interface ApiContext {
  principal: Principal | null;
  services: Services;
  /** Sessions and the password, as this caller may see and change them. */
  access: AccessService;
  /** Fires when the caller is gone. */
  signal: AbortSignal;
  /** Mints a single-use path for a bulk body; the handler runs when it arrives. */
  mintTransfer(handler: TransferHandler): string;
  /** Mints a single-use path to GET a bulk body from; the handler runs when it is asked for. */
  mintDownload(handler: DownloadHandler): string;
  /** Makes a one-time sign-in link's token (unix callers only). */
  mintSignIn(): Promise<{ url: string; expiresAt: string }>;
}
export type TransferHandler = (body: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<unknown>;
export type DownloadHandler = (signal: AbortSignal) => Promise<Download>;

interface ProcedureMeta {
  permission?: Permission;
}

type TrpcCode = ConstructorParameters<typeof TRPCError>[0]['code'];
const TRPC_CODES: Record<ErrorCode, TrpcCode> = {
  INVALID_ARGUMENT: 'BAD_REQUEST',
  NOT_FOUND: 'NOT_FOUND',
  AMBIGUOUS: 'BAD_REQUEST',
  ALREADY_EXISTS: 'CONFLICT',
  WRONG_STATE: 'CONFLICT',
  IN_USE: 'CONFLICT',
  COMMAND_NOT_FOUND: 'UNPROCESSABLE_CONTENT',
  COMMAND_NOT_EXECUTABLE: 'UNPROCESSABLE_CONTENT',
  PERMISSION_DENIED: 'FORBIDDEN',
  UNAUTHENTICATED: 'UNAUTHORIZED',
  UNSUPPORTED: 'NOT_IMPLEMENTED',
  RESOURCE_EXHAUSTED: 'TOO_MANY_REQUESTS',
  DAMAGED: 'INTERNAL_SERVER_ERROR',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  TIMEOUT: 'TIMEOUT',
  CANCELLED: 'CLIENT_CLOSED_REQUEST',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
};

const t = initTRPC
  .context<ApiContext>()
  .meta<ProcedureMeta>()
  .create({
    /** Every error leaves as `data.box` = {code, message, hint, details}: clients rebuild the BoxError from it. */
    errorFormatter({ shape, error }) {
      const box = toBoxError(error).toJSON();
      return {
        ...shape,
        message: box.message,
        data: { code: shape.data.code, httpStatus: shape.data.httpStatus, box },
      };
    },
  });

/** A caller in the agent's host may name paths of it; a browser may not. */
export function requireLocal(principal: Principal): void {
  if (principal.kind === 'unix') return;
  throw fromBoxError(
    new BoxError('PERMISSION_DENIED', 'only the command line may name a path of the host', {
      hint: 'upload the archive instead',
    }),
  );
}

export const router = t.router;
export const createCaller = t.createCallerFactory;

/**
 * The only way to make a procedure: it names the permission it demands, and a caller without it never reaches the handler. What a known
 * caller asks to change is written down, refused or not.
 */
export function procedure(permission: Permission) {
  return t.procedure.meta({ permission }).use(async ({ ctx, next, type, path, getRawInput }) => {
    const { principal } = ctx;
    if (!principal) {
      throw fromBoxError(
        new BoxError('UNAUTHENTICATED', 'not signed in', { hint: 'run "box ui" for a sign-in link' }),
      );
    }
    const tell = async (error: TRPCError | null) => {
      if (type !== 'mutation') return;
      ctx.services.audit.add({
        who: principal.name,
        procedure: path,
        subject: auditSubject(await getRawInput().catch(() => undefined)),
        error: error && toBoxError(error).code,
      });
    };
    if (!principal.permissions.has(permission)) {
      const refusal = fromBoxError(
        new BoxError('PERMISSION_DENIED', `${principal.name} lacks the permission ${permission}`),
      );
      await tell(refusal);
      throw refusal;
    }
    const result = await next({ ctx: { ...ctx, principal } });
    await tell(result.ok ? null : result.error);
    if (!result.ok && result.error.cause instanceof BoxError) throw fromBoxError(result.error.cause);
    return result;
  });
}

export function fromBoxError(error: BoxError): TRPCError {
  return new TRPCError({ code: TRPC_CODES[error.code], message: error.message, cause: error });
}

function toBoxError(error: TRPCError): BoxError {
  if (error.cause instanceof BoxError) return error.cause;
  if (error.cause instanceof ZodError) {
    const issue = error.cause.issues[0];
    const where = issue?.path.join('.') ?? '';
    return new BoxError(
      'INVALID_ARGUMENT',
      where ? `${where}: ${issue?.message}` : (issue?.message ?? 'invalid input'),
      {
        details: {
          issues: error.cause.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
        },
      },
    );
  }
  if (error.code === 'NOT_FOUND') return new BoxError('NOT_FOUND', error.message);
  if (error.code === 'BAD_REQUEST' || error.code === 'PARSE_ERROR')
    return new BoxError('INVALID_ARGUMENT', error.message);
  return new BoxError('INTERNAL', error.message, { cause: error.cause });
}
