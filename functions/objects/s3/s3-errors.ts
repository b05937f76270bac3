import { S3ServiceException } from '@aws-sdk/client-s3';
import { LoadRejected, TryAgain } from '../../protocol/errors.ts';
import { printable } from '../../core/printable.ts';
import { notNow, objectArchived, objectChanged, ObjectDenied, objectGone } from '../object-errors.ts';
import { shownObject } from '../../core/object-url.ts';

type Ref = { readonly bucket: string; readonly key: string };

/** What a failed HEAD or GET means for its load: LoadRejected, TryAgain, or an Error that names the object and what S3 said. */
export function s3ReadFault(ref: Ref, error: unknown): Error {
  if (error instanceof LoadRejected) return error;
  if (passesByItself(error)) return notNow(ref, `${wordsOf(error)}${adviceOnNetwork(error)}`, error);
  if (!(error instanceof S3ServiceException)) return misconfigured(ref, 'read', error);
  if (error.name === 'InvalidObjectState') return objectArchived(ref, error);
  if (isAboutCaller(error)) return misconfigured(ref, 'read', error);
  if (isAboutKms(error)) return new ObjectDenied(ref, kmsHint(error), { cause: error, isThere: true });
  switch (error.$metadata.httpStatusCode) {
    case 403:
      return new ObjectDenied(ref, denialHint(error), { cause: error, isThere: false });
    case 404:
      return error.name === 'NoSuchBucket' ? objectGone(ref, error, noBucket) : objectGone(ref, error);
    case 405: // the version is a delete marker
      return objectGone(ref, error);
    case 412:
      return objectChanged(ref, 'a new version took its place', error);
    case 416:
      return objectChanged(ref, 'it is shorter than it was', error);
    default:
      return misconfigured(ref, 'read', error);
  }
}

/** What a failed listing means: TryAgain, or an Error that says what to allow. No load is decided by it. */
export function s3ListFault(
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  error: unknown,
): Error {
  const ref = { bucket, key: prefix };
  if (passesByItself(error)) return notNow(ref, `${wordsOf(error)}${adviceOnNetwork(error)}`, error);
  const advice =
    error instanceof S3ServiceException && error.name === 'AccessDenied' ? '. Allow s3:ListBucket on the bucket' : '';
  return new Error(
    `what lies under ${shownObject(ref)} cannot be listed: ${wordsOf(error)}${advice || adviceOn(error)}`,
    {
      cause: error,
    },
  );
}

/** What a failed upload or deletion of a report means: TryAgain, or an Error that says what to allow. Never that the load is wrong. */
export function s3WriteFault(ref: Ref, error: unknown, verb: 'written' | 'deleted' = 'written'): Error {
  if (passesByItself(error))
    return new TryAgain(`${shownObject(ref)} could not be ${verb} just now (${wordsOf(error)}); it is tried again`, {
      cause: error,
    });
  return misconfigured(ref, verb, error);
}

/** An answer that is not what was asked for, or ended before it was whole: the rest is asked for again. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer';
}

const passingNames = new Set([
  'BrokenAnswer',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'KMS.ThrottlingException',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
]);

const networkCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** Whether asking again may help: throttling, 5xx, 409 (something else happens to the object), time-outs, the network. */
export function passesByItself(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (passingNames.has(error.name)) return true;
  const status = statusOf(error);
  if (status !== null) return status >= 500 || status === 429 || status === 409;
  return (
    'code' in error && typeof error.code === 'string' && (networkCodes.has(error.code) || error.code.startsWith('HPE_'))
  );
}

/** A name that leads nowhere, a port on which nobody listens: it may pass, and it may be a wrong setting. */
function adviceOnNetwork(error: unknown): string {
  const unreachable = /\b(ENOTFOUND|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)\b/;
  return unreachable.test(wordsOf(error)) ? '. If that stays, check the network, AWS_ENDPOINT_URL and AWS_REGION' : '';
}

/** Whether S3 said no more than a status: the SDK calls what has no body, or only the name of its status, Unknown or NotFound. */
export function hasNoWords(error: unknown): boolean {
  return error instanceof S3ServiceException && /^(Unknown|UnknownError|NotFound|\d+)$/.test(error.name);
}

/** Whether the answer is 404: the object or its bucket is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;
}

/** Whether an upload that was to make a new object (If-None-Match: *) found one: what s3WriteFault made of that answer. */
export function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && statusOf(error.cause) === 412;
}

/** Of the answer, also where its body was no XML and the SDK gave up on it (the HTML of a load balancer). */
function statusOf(error: Error): number | null {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null) return null;
  const { $metadata } = error;
  return 'httpStatusCode' in $metadata && typeof $metadata.httpStatusCode === 'number'
    ? $metadata.httpStatusCode
    : null;
}

const noBucket = 'its bucket does not; check the name, the account and AWS_ENDPOINT_URL';

const unknownCredentials = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken']);
const wrongRegion = new Set([
  'AuthorizationHeaderMalformed',
  'PermanentRedirect',
  'IllegalLocationConstraintException',
]);

/** Who asks is at fault, and not what may be done with the object: nothing about the load is decided by it. */
function isAboutCaller({ name }: S3ServiceException): boolean {
  return unknownCredentials.has(name) || wrongRegion.has(name) || name === 'RequestTimeTooSkewed';
}

/** S3 decrypts in the reader's name: a refusal of KMS comes as AccessDenied with its words, or as a KMS.* error. */
function isAboutKms(error: S3ServiceException): boolean {
  return error.name.startsWith('KMS.') || /\bkms\b/i.test(error.message);
}

function kmsHint(error: S3ServiceException): string {
  return `the KMS key that encrypts it refused. Allow kms:Decrypt on that key, in the role's policy and in the key's own, and see that the key is enabled. S3 says: ${wordsOf(error)}`;
}

function denialHint(error: S3ServiceException): string {
  return `allow s3:GetObject and s3:GetObjectVersion on it; or it does not exist, for without s3:ListBucket on the bucket S3 answers 403 for a missing key too. S3 says: ${wordsOf(error)}`;
}

function misconfigured(ref: Ref, verb: 'read' | 'written' | 'deleted', error: unknown): Error {
  return new Error(`${shownObject(ref)} cannot be ${verb}: ${wordsOf(error)}${adviceOn(error)}`, { cause: error });
}

function adviceOn(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error.name === 'CredentialsProviderError') {
    return '. No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in (aws sso login)';
  }
  if (/^(Expired|TokenRefresh)/.test(error.name)) {
    return '. The AWS credentials have expired: log in again and run the same command';
  }
  if (/region (is missing|not accepted)/i.test(error.message)) return '. Set AWS_REGION to the region of the bucket';
  if (unknownCredentials.has(error.name)) {
    return '. Check AWS_PROFILE, or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and that AWS_ENDPOINT_URL leads to the store they belong to';
  }
  if (wrongRegion.has(error.name)) return '. Set AWS_REGION to the region of the bucket';
  if (error.name === 'RequestTimeTooSkewed') return '. Set the clock of this machine';
  const status = statusOf(error);
  if (status === 403)
    return '. Allow s3:PutObject on it, or s3:DeleteObject where reports are deleted (and kms:GenerateDataKey where a KMS key encrypts the bucket)';
  if (status === 404) return '. Create the bucket, or name another';
  return '';
}

/** The status and what S3 said; an answer to HEAD has no body, so its name is often all there is. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof BrokenAnswer) return error.message;
  const words = error.message === '' || error.message === error.name ? error.name : `${error.name}: ${error.message}`;
  const status = statusOf(error);
  return printable(status === null ? words : `${status} ${words}`);
}
