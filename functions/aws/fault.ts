import { TryAgain } from '../protocol/errors.ts';
import { printable } from '../core/printable.ts';

/** What a failed call of an AWS service means: TryAgain where the service or the way to it is at fault, else an Error in words. */
export function awsFault(what: string, error: unknown): Error {
  const words = printable(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  return passesByItself(error)
    ? new TryAgain(`${what} did not succeed just now (${words}); it is tried again`, { cause: error })
    : new Error(`${what} did not succeed (${words})${adviceOn(error)}`, { cause: error });
}

const passingNames = /Throttl|TooManyRequests|RequestLimitExceeded|TimeoutError|InternalService|ServiceUnavailable/;
const networkCodes = /^(ECONN|EPIPE$|ETIMEDOUT$|EHOSTUNREACH$|ENETUNREACH$|ENOTFOUND$|EAI_AGAIN$)/;

function passesByItself(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (passingNames.test(error.name)) return true;
  if ('code' in error && typeof error.code === 'string' && networkCodes.test(error.code)) return true;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status !== undefined && (status >= 500 || status === 429);
}

function adviceOn(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error.name === 'CredentialsProviderError') return '. No AWS credentials were found';
  return /AccessDenied|NotAuthorized|AuthorizationError/.test(error.name)
    ? ". Allow it in the policy of this function's role"
    : '';
}
