import { inspect } from 'node:util';
import { redact, secretsOf } from '../core/redact.ts';

/** Words without the secrets of this process's environment, and without what has the form of one. */
export function redacted(text: string): string {
  return redact(text, secretsOf(process.env));
}

/** Whether an error has a secret in its words, its frames, a field, or a cause of it: whoever prints an error prints all of these. */
export function holdsSecret(error: unknown): boolean {
  const all = inspect(error, { depth: 6, maxStringLength: null });
  return redacted(all) !== all;
}
