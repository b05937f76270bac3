import yauzl, { type Entry } from 'yauzl';
import { DecodingFault, type DecodingSource } from '../decoder.ts';
import { zipCorrupt } from './faults.ts';
import { rangesReader } from './ranges-reader.ts';

/** The directory of an archive. */
export interface Archive {
  /** In the order of the directory, folders too; asked for once. Throws DecodingFault. */
  readonly entries: () => AsyncIterable<Entry>;
  /** Byte of the archive at which the packed bytes of a file begin. */
  readonly dataStart: (entry: Entry) => Promise<number>;
  readonly close: () => void;
}

/** More files than anybody packs to load one of them: 100,000 names are ~10 MB of a directory. */
const mostEntries = 100_000;

/** Reads the end of the archive, where its directory is. Throws DecodingFault where there is none. */
export async function openArchive({ sizeBytes, read }: DecodingSource): Promise<Archive> {
  if (read === null || sizeBytes === null) throw new Error('an archive is read by ranges');
  const reader = rangesReader(read, sizeBytes);
  // only the store's own trouble is no fault of the archive
  const told = (error: unknown): unknown => reader.trouble ?? directoryFault(sizeBytes, error);
  const file = await yauzl
    .fromRandomAccessReaderPromise(reader.reader, sizeBytes, {
      autoClose: false,
      lazyEntries: true,
    })
    .catch((error: unknown) => {
      throw told(error);
    });
  return {
    async *entries() {
      if (file.entryCount > mostEntries) {
        throw new DecodingFault('ZIP_MEMBER', sizeBytes, `it holds ${file.entryCount} files, over ${mostEntries}`);
      }
      try {
        yield* file.eachEntry();
      } catch (error) {
        throw told(error);
      }
    },
    async dataStart(entry) {
      try {
        return (await file.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
      } catch (error) {
        throw told(error);
      }
    },
    close: () => file.close(),
  };
}

/** What yauzl says of a sound archive that it does not read is no damage. */
function directoryFault(sizeBytes: number, error: unknown): DecodingFault {
  const words = error instanceof Error ? error.message : 'no directory';
  if (words.startsWith('strong encryption'))
    return new DecodingFault(
      'ZIP_MEMBER',
      sizeBytes,
      'it holds an encrypted file: unpack it, and load the file inside',
    );
  if (words.startsWith('multi-disk'))
    return new DecodingFault(
      'ZIP_MEMBER',
      sizeBytes,
      'it is a part of an archive in several files: put it together first (zip -s 0 PART --out WHOLE.zip)',
    );
  return zipCorrupt(sizeBytes, `its directory cannot be read (${words})`);
}
