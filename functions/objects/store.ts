/** One version of one object: what a load is pinned to from its claim to its last byte. */
export interface StoredObject {
  /** An S3 bucket, or `file://` for a directory. */
  readonly bucket: string;
  /** The raw key, never URL-encoded; in a directory the absolute path. */
  readonly key: string;
  /** S3: VersionId, or `etag:<etag>:<size>` where the bucket is unversioned. Directory: `<dev>-<ino>-<size>-<mtimeNs>`. */
  readonly versionId: string;
  /** Without quotes; null in a directory. */
  readonly etag: string | null;
  readonly sizeBytes: number;
  /** Orders the events of one key (ledger/loads/versions-sql.ts); null where no event told it: HEAD, a directory. */
  readonly sequencer: string | null;
  /** ISO 8601, UTC. */
  readonly lastModified: string;
}

/** What a listing tells of the newest version under a key. */
export interface ListedObject {
  readonly bucket: string;
  readonly key: string;
  /** As StoredObject has it; null where a listing does not tell: S3, whose ETag, size and date tell enough. */
  readonly versionId: string | null;
  readonly etag: string | null;
  readonly sizeBytes: number;
  /** ISO 8601, UTC. */
  readonly lastModified: string;
}

/** Objects whose keys begin with `prefix`, raw; in a directory the beginning of an absolute path. */
export interface Listing {
  readonly bucket: string;
  readonly prefix: string;
  /** Only keys behind this one, in the order of the store; it need not be there. */
  readonly after?: string;
  /** At most so many a page; 1 000, S3's own limit, where none is given. */
  readonly pageObjects?: number;
}

/** Which object is meant; without a versionId the newest. */
export interface ObjectRef {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | null;
}

/** What is written, and where. */
export interface WrittenRef extends Pick<ObjectRef, 'bucket' | 'key'> {
  /**
   * In a directory the folder that was named: those below it, on the way to the file, are this program's own. They are made
   * for this user alone, no link is followed there, and one that somebody else made is refused. Else only the file is its own.
   */
  readonly below?: string | null;
}

/** Bytes [start, end) of an object. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** An offset beyond the end of any object: where nobody knows where a packed one ends. */
export const beyondAnyEnd = 2 ** 50;

/** Where objects lie. S3 and a directory pass the same conformance suite, so that callers need not know which it is. */
export interface ObjectStore {
  /**
   * What the object is now. Throws LoadRejected OBJECT_GONE, OBJECT_DENIED, OBJECT_ARCHIVED, OBJECT_INVALID (not a plain
   * file, an impossible name) or OBJECT_CHANGED (a version was asked for and differs); TryAgain for what passes by itself.
   * `bucketIsThere`: a missing object is told in one request, since none has to tell it from a missing bucket.
   */
  head(ref: ObjectRef, options?: { readonly bucketIsThere?: boolean }): Promise<StoredObject>;
  /**
   * Exactly range.end - range.start bytes of the pinned version, in order, or an error: never fewer, never of another
   * version. Nothing is requested before the first chunk is asked for. Throws what head throws; an abort throws the signal's reason.
   */
  read(object: StoredObject, range: ByteRange, options?: { signal?: AbortSignal }): AsyncIterable<Buffer>;
  /**
   * What lies under a prefix now, page by page, each key once; no page where there is nothing. Only what could be
   * loaded: no folder, no version but the newest. Nothing is requested before the first page is asked for.
   * What comes or goes meanwhile may be in it or not. Throws TryAgain, or an Error that says what to allow.
   */
  list(listing: Listing): AsyncIterable<readonly ListedObject[]>;
  /**
   * Writes a whole object, streaming, over one of the same name. Answers its place as a person would open it: an
   * absolute path or s3://bucket/key. Nothing half-written is ever visible under the name. A file is for this user alone (0600).
   */
  put(ref: WrittenRef, body: AsyncIterable<Buffer> | Buffer, contentType: string): Promise<string>;
  /**
   * Deletes what `put` wrote; harmless where nothing is there. In a directory its folder goes too, once it is empty and below the one
   * that was named. A bucket that keeps versions keeps this one, as long as its lifecycle rules say.
   */
  remove(ref: WrittenRef): Promise<void>;
}
