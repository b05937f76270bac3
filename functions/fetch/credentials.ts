import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { refused, type Source } from './faults.ts';
import { parsedJson } from '../core/parsed-json.ts';

/** Answers the text of a Secrets Manager secret, by name or ARN. */
export type ReadSecret = (name: string) => Promise<string>;

const userAndPassword = z.strictObject({ username: z.string().min(1), password: z.string() });
const headersByName = z.record(z.string(), z.string());

/** What the request says by itself; a secret that set one of them would break it. */
const ownHeaders =
  /^(host|range|if-.*|accept-encoding|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect)$/iu;

/**
 * The headers that a dataset's secret stands for: its JSON holds them, or { username, password } for Basic. No message
 * and no cause holds anything of the secret's text.
 * @throws FetchRefused where the secret is not of this form
 */
export async function secretHeaders(
  source: Source,
  name: string,
  readSecret: ReadSecret,
): Promise<Readonly<Record<string, string>>> {
  const content = parsedJson(await readSecret(name));
  const login = userAndPassword.safeParse(content);
  if (login.success) {
    const { username, password } = login.data;
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  }
  const headers = headersByName.safeParse(content);
  if (headers.success && Object.entries(headers.data).every(([key, value]) => isHeader(key, value)))
    return headers.data;
  throw refused(
    source,
    `the secret ${name} is not of the form that fetch knows. Its value must be JSON: { "username": "...", "password": "..." }, or headers like { "Authorization": "Bearer ..." } (none that the request sets itself, like Host or Range)`,
  );
}

function isHeader(name: string, value: string): boolean {
  if (ownHeaders.test(name)) return false;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    // a line break, a sign that HTTP does not know
    return false;
  }
}
