import { describe, expect, it } from 'vitest';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { readSidecars } from '../../../functions/extract/sidecars/read-sidecars.ts';
import { readFault } from '../../../functions/objects/directory/directory-errors.ts';
import { openS3Store } from '../../../functions/objects/s3/s3-store.ts';
import { startEvilS3 } from '../objects/evil-s3.ts';
import { objectGone, objectInvalid } from '../../../functions/objects/object-errors.ts';
import { s3ListFault, s3ReadFault } from '../../../functions/objects/s3/s3-errors.ts';
import type { Listing, ObjectRef, ObjectStore, StoredObject } from '../../../functions/objects/store.ts';
import { TryAgain } from '../../../functions/protocol/errors.ts';

const object = { bucket: 'landing', key: 'in/rows.csv' };
const notUsed = (): never => {
  throw new Error('not used here');
};

/** A store with a sidecar that may not be looked at, and no other; `listed` says what its listing answers. */
function storeThat(denies: (ref: ObjectRef) => unknown, listed: readonly string[] | Error = []): ObjectStore {
  return {
    async head(ref) {
      throw ref.key.endsWith('.sha256') ? denies(ref) : objectGone(ref);
    },
    async *list({ bucket, prefix }: Listing) {
      if (listed instanceof Error) throw listed;
      const keys = listed.filter((key) => key.startsWith(prefix));
      if (keys.length > 0)
        yield keys.map((key) => ({ bucket, key, versionId: null, etag: null, sizeBytes: 1, lastModified: '' }));
    },
    read: notUsed,
    put: notUsed,
    remove: notUsed,
  };
}

const s3Answer = (name: string, httpStatusCode: number): S3ServiceException =>
  new S3ServiceException({ name, message: name, $fault: 'client', $metadata: { httpStatusCode } });
const s3Denies = (ref: ObjectRef): unknown => s3ReadFault(ref, s3Answer('AccessDenied', 403));
const listingDenied = s3ListFault({ bucket: 'landing', prefix: object.key }, s3Answer('AccessDenied', 403));
const refused = { code: 'CONTROL_INVALID', message: expect.stringContaining('rows.csv.sha256 cannot be read: ') };

describe('a sidecar that may not be read', () => {
  it('refuses the load in a directory, which says of what is not there that it is not', async () => {
    const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
    const store = storeThat((ref) => readFault(ref, denied));
    await expect(readSidecars(store, object)).rejects.toMatchObject(refused);
    await expect(readSidecars(store, object)).rejects.toThrow('chmod a+r');
  });

  it('refuses the load on S3 where its bucket may be listed, or the key that encrypts it is what refuses', async () => {
    const listed = storeThat(s3Denies, [`${object.key}.sha256`]);
    await expect(readSidecars(listed, object)).rejects.toMatchObject(refused);
    const encrypted = storeThat((ref) => s3ReadFault(ref, s3Answer('KMS.DisabledException', 400)), listingDenied);
    await expect(readSidecars(encrypted, object)).rejects.toMatchObject(refused);
  });

  it('is as good as none where S3 denies what is not there alike', async () => {
    expect(await readSidecars(storeThat(s3Denies, listingDenied), object)).toEqual([]);
    expect(await readSidecars(storeThat(s3Denies, [`${object.key}.sha256.old`]), object)).toEqual([]);
  });

  it('is looked for again where its listing fails for a moment', async () => {
    await expect(readSidecars(storeThat(s3Denies, new TryAgain('503')), object)).rejects.toThrow(TryAgain);
  });

  it('refuses the load where it is a link to nothing or a folder', async () => {
    const folder = storeThat((ref) => objectInvalid(ref, 'is a folder, not a file: name a file'));
    await expect(readSidecars(folder, object)).rejects.toMatchObject(refused);
  });

  it('refuses the load where it is denied between the look and the reading', async () => {
    const found: StoredObject = {
      ...object,
      key: `${object.key}.sha256`,
      ...{ versionId: 'v', etag: 'e', sizeBytes: 3, sequencer: null, lastModified: '' },
    };
    const store: ObjectStore = {
      ...storeThat(notUsed, listingDenied),
      async head(ref) {
        if (ref.key !== found.key) throw objectGone(ref);
        return found;
      },
      // oxlint-disable-next-line require-yield
      async *read(read) {
        throw s3Denies(read);
      },
    };
    await expect(readSidecars(store, object)).rejects.toMatchObject(refused);
  });
});

it('an object without sidecars costs three HEAD requests of S3, which are on their way at once, and nothing else', async () => {
  const evil = await startEvilS3(Buffer.from(''));
  try {
    evil.headStatus = 404;
    const s3 = openS3Store({ connection: evil.connection, limits: { requestAttempts: 1 } });
    expect(await readSidecars(s3, object)).toEqual([]);
    expect(evil.heads.toSorted()).toEqual([
      '/landing/in/rows.csv.control.json',
      '/landing/in/rows.csv.md5',
      '/landing/in/rows.csv.sha256',
    ]);
    expect(evil.gets).toEqual([]);
  } finally {
    await evil.close();
  }
});
