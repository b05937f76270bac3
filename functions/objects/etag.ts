/** The ETag without quotes and without the mark of a weak one (some gateways add it). */
export function plainEtag(header: string): string {
  return header.replace(/^W\//, '').replaceAll('"', '');
}

/** The version of an object in a bucket that keeps none: the same content under the same key is the same version. */
export function etagVersion(etag: string, sizeBytes: number): string {
  return `etag:${etag}:${sizeBytes}`;
}

/** The VersionId to ask S3 for; undefined where the pinned version is an etag, or none was named. */
export function s3VersionId(versionId: string | null | undefined): string | undefined {
  return versionId == null || versionId.startsWith('etag:') ? undefined : versionId;
}
