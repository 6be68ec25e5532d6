/** Certificates that nobody trusts yet, for servers of tests on the loopback interface. */
import { join } from 'node:path';
import { run } from './agent.ts';

export interface Certificate {
  /** PEM, its own authority. */
  certificateFile: string;
  /** PEM, an EC key on P-256. */
  keyFile: string;
}

/** Signed by itself, for 127.0.0.1 and localhost. */
export async function makeCertificate(folder: string, name = 'tls'): Promise<Certificate> {
  const certificateFile = join(folder, `${name}.crt`);
  const keyFile = join(folder, `${name}.key`);
  const made = await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
    ...['-keyout', keyFile, '-out', certificateFile],
  ]);
  if (made.code !== 0) throw new Error(`openssl: ${made.stderr}`);
  return { certificateFile, keyFile };
}
