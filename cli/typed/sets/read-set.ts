import { join } from 'node:path';
import { readdir, stat } from 'node:fs/promises';
import { directoryBucket, parseObjectUrl } from '../../../functions/core/object-url.ts';
import { ignoredName } from '../../../functions/protocol/ignored-names.ts';
import { shellWord } from '../../../functions/core/typed-again.ts';
import { stdinName } from '../../input/spooled-stdin.ts';
import { type NamedObject, readFileNames } from '../files.ts';
import type { Arguments } from '../usage.ts';

/** What is loaded together, and what an option says of it. */
export interface TypedSet {
  readonly objects: readonly NamedObject[];
  /** The object that lists them, where one does; `objects` then has the first one of them, or that object where it cannot be read here. */
  readonly manifest: NamedObject | null;
  /** What becomes of it where one of them cannot be read; absent: what its dataset says. */
  readonly refusedObjects?: (typeof refusedWords)[number];
}

const refusedWords = ['refuse', 'leave-out'] as const;

/** `--together` or `--manifest`: what they name; null where the files are loaded one by one. What is wrong is added to `problems`. */
export async function readSet(
  { values, flags, positionals }: Arguments,
  folder: string,
  problems: string[],
): Promise<TypedSet | null> {
  const { manifest } = values;
  const isTogether = flags.has('together');
  const word = values['refused-objects'];
  const refusedObjects = refusedWords.find((each) => each === word);
  if (word !== undefined && refusedObjects === undefined)
    problems.push(`--refused-objects is ${refusedWords.join(' or ')}, not "${word}"`);
  if (manifest === undefined && !isTogether) {
    if (word !== undefined) problems.push('--refused-objects is of several files: say --together or --manifest');
    return null;
  }
  const wished = refusedObjects === undefined ? {} : { refusedObjects };
  if (values['expect-sha256'] !== undefined)
    problems.push(
      '--expect-sha256 is of one file; give --expect-records or --expect-sum of files that are loaded together',
    );
  if (manifest === undefined)
    return { objects: await namedTogether(positionals, folder, problems), manifest: null, ...wished };
  if (isTogether)
    problems.push('--together and --manifest exclude each other: the files of a manifest are loaded together');
  if (positionals.length > 0)
    problems.push(`--manifest names the files, so none is typed beside it: ${positionals.slice(0, 3).join(', ')}`);
  const named = await readFileNames([manifest], folder);
  problems.push(...named.problems);
  const [list] = named.objects;
  return list === undefined ? null : { objects: [await firstListed(list)], manifest: list, ...wished };
}

export async function namedTogether(
  positionals: readonly string[],
  folder: string,
  problems: string[],
): Promise<readonly NamedObject[]> {
  if (positionals.includes(stdinName)) problems.push('- (stdin) is loaded alone, without --together');
  const opened: string[] = [];
  for (const name of positionals.filter((each) => each !== stdinName)) opened.push(...(await filesIn(name, folder)));
  const { objects, problems: wrong } = await readFileNames(opened, folder);
  problems.push(...wrong);
  const other = objects.find(({ bucket }) => bucket !== objects[0]?.bucket);
  if (other !== undefined)
    problems.push(
      `--together: ${other.typed} does not lie where ${objects[0]?.typed} does; files that are loaded together are all of this machine, or all of one bucket`,
    );
  const keys = new Set<string>();
  for (const { key, typed } of objects) {
    if (keys.has(key)) problems.push(`--together: ${typed} is named twice`);
    keys.add(key);
  }
  problems.push(...tooManyNames(objects));
  return objects;
}

/** Names are part of the request, and Step Functions takes 256 KiB of it with all else. */
const mostNameBytes = 240_000;

/** What to do where there are more names than a request has room for; empty: there are not. */
export function tooManyNames(objects: readonly Pick<NamedObject, 'key'>[]): readonly string[] {
  const bytes = objects.reduce((sum, { key }) => sum + Buffer.byteLength(JSON.stringify({ key })) + 1, 0);
  return bytes <= mostNameBytes
    ? []
    : [
        `--together: the names of ${objects.length} files are ${Math.ceil(bytes / 1_000)} kB, and a load is asked for with ${mostNameBytes / 1_000} kB of them at most: write them as a JSON array into a file beside them, ["a.csv", "b.csv"], and load that with --manifest FILE`,
      ];
}

/** The files that lie in a folder, in the order of their names, but for those that are not finished or tell of others; any other name as it is. */
async function filesIn(name: string, folder: string): Promise<readonly string[]> {
  const place = parseObjectUrl(name, folder);
  if (place.problem !== null) return [name];
  if (place.bucket !== directoryBucket) return place.key.endsWith('/') ? await objectsUnder(place) : [name];
  const isFolder = await stat(place.key).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [name];
  const entries = await readdir(place.key, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && ignoredName(entry.name) === null);
  const names = files.map((entry) => join(name, entry.name)).toSorted((a, b) => (a < b ? -1 : 1));
  return names.length === 0 ? [name] : names;
}

/** Directly under a prefix of a bucket, as in a folder. */
async function objectsUnder({ bucket, key: prefix }: { bucket: string; key: string }): Promise<readonly string[]> {
  const { storeFor } = await import('../../../functions/objects/store-for.ts');
  const keys: string[] = [];
  for await (const page of (await storeFor(bucket)).list({ bucket, prefix }))
    keys.push(...page.map(({ key }) => key).filter((key) => !key.slice(prefix.length).includes('/')));
  const names = keys.filter((key) => ignoredName(key) === null).toSorted((a, b) => (a < b ? -1 : 1));
  return names.length === 0 ? [`s3://${bucket}/${prefix}`] : names.map((key) => `s3://${bucket}/${key}`);
}

/** By whose name the format is told; a manifest that is none is told by the load, which is refused then. */
async function firstListed(manifest: NamedObject): Promise<NamedObject> {
  const { bucket, key } = manifest;
  try {
    const { storeFor } = await import('../../../functions/objects/store-for.ts');
    const { readManifest } = await import('../../../functions/extract/sets/manifest.ts');
    const store = await storeFor(bucket);
    const [first] = await readManifest(store, await store.head({ bucket, key }));
    return first === undefined ? manifest : { bucket, key: first.key, typed: shellWord(first.key) };
  } catch {
    return { bucket, key: key.replace(/\.json$/i, ''), typed: manifest.typed };
  }
}
