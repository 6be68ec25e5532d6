import type { IncomingMessage, ServerResponse } from 'node:http';
import { feedWatch } from '@boxyard/api';
import { BoxError, encodeFrame, FrameType } from '@boxyard/spec';
import { z } from 'zod';
import { PROTOCOL } from '../frames/connection.ts';
import type { Duplex } from '../frames/duplex.ts';
import { encodeJson } from '../frames/payload.ts';
import { responseDuplex } from '../frames/response-duplex.ts';
import { readJson } from './respond.ts';

const body = z.strictObject({ watch: feedWatch.optional() });

/** `POST /feed {watch?}`: the feed as the body of the answer, in the frames of the WebSocket. The request was let in already. */
export async function openFeedStream(request: IncomingMessage, response: ServerResponse): Promise<Duplex> {
  if (request.method !== 'POST') throw new BoxError('INVALID_ARGUMENT', 'the feed is asked for by POST');
  const asked = body.safeParse(await readJson(request));
  if (!asked.success) throw new BoxError('INVALID_ARGUMENT', 'the body must be {watch?}');
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    // A proxy that compresses also collects.
    'Cache-Control': 'no-store, no-transform',
  });
  const frame = (type: FrameType, value: unknown) => encodeFrame(type, { payload: encodeJson(value) });
  const { watch } = asked.data;
  return responseDuplex(response, [
    frame(FrameType.hello, { protocol: PROTOCOL, build: 'feed', features: [] }),
    frame(FrameType.open, { kind: 'feed' }),
    ...(watch ? [frame(FrameType.feed, watch)] : []),
  ]);
}
