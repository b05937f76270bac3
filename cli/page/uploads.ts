import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { datasetForKey, takes } from '../../functions/compile/declaration/takes.ts';
import type { Dataset } from '../../functions/compile/declaration/schema.ts';
import { directoryBucket } from '../../functions/core/object-url.ts';
import { printable } from '../../functions/core/printable.ts';
import { inFolderBelow } from '../../functions/objects/directory/folder-below.ts';
import { ignoredName } from '../../functions/protocol/ignored-names.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { summary } from '../../functions/words/summary.ts';
import { commandLine, type Context } from '../context.ts';
import { loadOne, type LoadSession } from '../loading/load-one.ts';
import { noView } from '../loading/progress.ts';
import { landingFolder } from '../typed/named-datasets.ts';

/** What is said of a file that was dropped: how it is read, and what a load of it would do. */
export interface Tried {
  /** By which it is loaded or forgotten; absent: it cannot be. */
  readonly id?: string;
  readonly name?: string;
  readonly dataset?: string;
  readonly lines?: readonly string[];
  readonly loadId?: number | null;
  readonly replaces?: boolean;
  readonly trouble?: string;
}

/** Said of an upload that makes no sense. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

interface Spooled {
  readonly folder: string;
  readonly path: string;
  readonly key: string;
}

/** Files that were dropped on the page: they lie in a folder of their own until somebody says that they are to be loaded. */
export interface Uploads {
  /** Names of datasets that a file can be put into. */
  datasets(): Promise<readonly string[]>;
  take(wanted: { readonly name: string; readonly dataset: string }, body: Readable): Promise<Tried>;
  /** Puts it into the landing folder, as an upload: `dev` loads it from there. */
  land(id: string): Promise<string>;
  forget(id: string): Promise<string>;
  close(): Promise<void>;
}

/** At most so many wait for an answer; the oldest is forgotten. */
const mostWaiting = 20;

export function uploadsOf(session: LoadSession, context: Context): Uploads {
  const waiting = new Map<string, Spooled>();
  const root = join(context.home, 'page');
  const drop = async (id: string): Promise<void> => {
    const spooled = waiting.get(id);
    waiting.delete(id);
    if (spooled !== undefined) await rm(spooled.folder, { recursive: true, force: true });
  };
  const known = (id: string): Spooled => {
    const spooled = waiting.get(id);
    if (spooled === undefined) throw new Unfit('this file is not here any more: drop it again');
    return spooled;
  };
  return {
    async datasets() {
      const { datasets } = await context.project.declared();
      return datasets.flatMap(({ name, prefix }) => (prefix === null ? [] : [name]));
    },
    async take({ name, dataset }, body) {
      const { datasets } = await context.project.declared();
      const key = keyOf({ name, dataset }, datasets);
      const id = randomBytes(16).toString('hex');
      const spooled = { folder: join(root, id), path: join(root, id, name), key };
      await mkdir(spooled.folder, { recursive: true, mode: 0o700 });
      waiting.set(id, spooled);
      for (const old of [...waiting.keys()].slice(0, -mostWaiting)) await drop(old);
      try {
        await pipeline(body, createWriteStream(spooled.path, { flags: 'wx', mode: 0o600 }));
        const startedAt = performance.now();
        const request = { bucket: directoryBucket, key: spooled.path, versionId: null, dataset, force: false };
        const report = await loadOne({ ...request, dryRun: true }, session, noView);
        const replaces = existsSync(join(landingFolder(context.home), key));
        return {
          id,
          name,
          dataset,
          loadId: report.loadId,
          replaces,
          lines: saidOf(report, performance.now() - startedAt, context),
        };
      } catch (error) {
        await drop(id);
        throw toldUpload(error);
      }
    },
    async land(id) {
      const { path, key } = known(id);
      const landing = landingFolder(context.home);
      const target = join(landing, key);
      // senders may own their folder; no link is followed below the landing folder
      await inFolderBelow({ root: landing, path: dirname(target), mayBeAnyones: true }, async (folder) => {
        await rename(path, folder.at(basename(target)));
      });
      await drop(id);
      return `${key} is in the landing folder: it is loaded in a moment`;
    },
    async forget(id) {
      known(id);
      await drop(id);
      return 'forgotten, and nothing was written';
    },
    async close() {
      for (const id of [...waiting.keys()]) await drop(id);
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** What may happen to any upload: whoever sent it went away, or the disk is full. */
function toldUpload(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET')
    return new Unfit('the upload broke off, and nothing of it is kept: drop the file again');
  return code === 'ENOSPC' ? new Unfit('there is no room left on the disk for this file') : error;
}

/** Where it would lie below the landing folder. Throws Unfit. */
function keyOf(
  { name, dataset }: { readonly name: string; readonly dataset: string },
  datasets: readonly Dataset[],
): string {
  const declared = datasets.find((each) => each.name === dataset);
  if (declared === undefined || declared.prefix === null)
    throw new Unfit(`there is no dataset ${printable(dataset, 200)} with a prefix in this project`);
  if (name === '' || name !== basename(name) || /[\\\0]/.test(name) || Buffer.byteLength(name) > 255)
    throw new Unfit('the name of the file is no name of a file here');
  const key = `${declared.prefix}${name}`;
  const ignored = ignoredName(key);
  if (ignored !== null) throw new Unfit(ignored.message);
  const claims = datasetForKey(key, datasets);
  if (claims?.name !== dataset)
    throw new Unfit(
      `${printable(key)} would go into the dataset ${claims?.name ?? 'of nobody'}, whose prefix is longer`,
    );
  if (!takes(declared, { key, sizeBytes: 1 }, datasets))
    throw new Unfit(`the dataset ${dataset} does not let in files of this name (its \`upload\`)`);
  return key;
}

/** As the command would sum it up, and how it is read where nobody declared that. */
function saidOf(report: LoadReport, milliseconds: number, { typedIn: folder }: Context): readonly string[] {
  const { dialect } = report;
  const read = dialect === undefined ? 'as the dataset says' : `as the file shows: ${dialect.options}`;
  const next =
    report.outcome === 'DRY_RUN' ? 'Load it does this, Forget it leaves nothing' : 'mend the file, then drop it again';
  const more = [`  read        ${read}`];
  const told = summary(report, { folder, command: commandLine, examples: [], milliseconds, isPlan: true, more, next });
  return told.trimEnd().split('\n');
}
