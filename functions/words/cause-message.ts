/** What a person needs of the cause of a failed execution: a function's is JSON, { errorType, errorMessage, trace }. */
export function causeMessage(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    // not JSON: it is the message
    return cause;
  }
}
