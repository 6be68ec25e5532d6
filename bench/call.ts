import { Agent, request } from 'node:http';

/** One kept connection, as a dashboard or an SDK holds it: the figure is the agent's, not the connection's. */
const connection = new Agent({ keepAlive: true, maxSockets: 128 });

export type Call = <T>(procedure: string, input: unknown) => Promise<T>;

const QUERIES = /^stats\.|\.(list|inspect|info|wait|version|doctor|execWait|plan|top|follow)$/;

/** Calls tRPC procedures over the agent's unix socket; rejects with the agent's message. */
export function connect(socketPath: string): Call {
  return (procedure, input) =>
    new Promise((resolve, reject) => {
      const query = QUERIES.test(procedure);
      const body = JSON.stringify(input);
      const call = request(
        {
          socketPath,
          agent: connection,
          method: query ? 'GET' : 'POST',
          path: `/trpc/${procedure}${query ? `?input=${encodeURIComponent(body)}` : ''}`,
          headers: { 'content-type': 'application/json' },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('end', () => {
            const answer = JSON.parse(Buffer.concat(chunks).toString());
            if (answer.error) reject(new Error(`${procedure}: ${answer.error.message}`));
            else resolve(answer.result.data);
          });
        },
      );
      call.on('error', reject);
      call.end(query ? undefined : body);
    });
}
