import { parsedJson } from '../core/parsed-json.ts';

/** What a person needs of the cause of a failed execution: a function's is JSON, { errorType, errorMessage, trace }; else it is the message. */
export function causeMessage(cause: string): string {
  const told = parsedJson(cause) as { errorMessage?: unknown } | null;
  return typeof told?.errorMessage === 'string' ? told.errorMessage : cause;
}
