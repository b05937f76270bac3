import { LoadRejected, TryAgain } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import { shownObject } from '../core/object-url.ts';

type Ref = { readonly bucket: string; readonly key: string };

/** There is no such object (any more); `why` where more is known. */
export function objectGone(
  ref: Ref,
  cause?: unknown,
  why = 'check the name, or put the file there again and load it',
): LoadRejected {
  return new LoadRejected(loadCodes.OBJECT_GONE, `${shownObject(ref)} does not exist (any more): ${why}`, { cause });
}

/** Another version lies there than the one that was asked for. `what` says what differs. */
export function objectChanged(ref: Ref, what: string, cause?: unknown): LoadRejected {
  return new LoadRejected(
    loadCodes.OBJECT_CHANGED,
    `${shownObject(ref)} changed after its load began: ${what}. Nothing of a mixed file is loaded; load it again once its writer is done`,
    { cause },
  );
}

/** Reading is not allowed. */
export class ObjectDenied extends LoadRejected {
  /** False: it may as well not exist, which the store does not tell apart for who asks. */
  readonly isThere: boolean;
  /** @param hint who must allow what. */
  constructor(ref: Ref, hint: string, { cause, isThere }: { readonly cause: unknown; readonly isThere: boolean }) {
    super(loadCodes.OBJECT_DENIED, `reading ${shownObject(ref)} is not allowed: ${hint}`, { cause });
    this.isThere = isThere;
  }
}

/** It lies in an archive and cannot be read at once. */
export function objectArchived(ref: Ref, cause?: unknown): LoadRejected {
  return new LoadRejected(
    loadCodes.OBJECT_ARCHIVED,
    `${shownObject(ref)} lies in an archive storage class: restore it (aws s3api restore-object), wait until the restore is complete, and load it again`,
    { cause },
  );
}

/** It exists but is nothing that can be loaded; `what` says why and what to do. */
export function objectInvalid(ref: Ref, what: string, cause?: unknown): LoadRejected {
  return new LoadRejected(loadCodes.OBJECT_INVALID, `${shownObject(ref)} ${what}`, { cause });
}

/** A trouble that passes by itself: the state is retried. */
export function notNow(ref: Ref, what: string, cause?: unknown): TryAgain {
  return new TryAgain(`${shownObject(ref)} could not be read just now (${what}); it is tried again`, { cause });
}
