import type { ControlDemand, DigestName } from '../../core/control/totals.ts';
import { LoadRejected, TryAgain } from '../../protocol/errors.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import { sidecarSuffixes } from '../../protocol/ignored-names.ts';
import { printable } from '../../core/printable.ts';
import { ObjectDenied } from '../../objects/object-errors.ts';
import type { ObjectStore, StoredObject } from '../../objects/store.ts';
import { count } from '../../words/quantities.ts';
import { readControlJson } from './control-json.ts';
import { readDigestLines } from './digest-lines.ts';

/** 1 MiB: the digests of ten thousand files in one list. */
const mostBytes = 1024 * 1024;

type Ref = { readonly bucket: string; readonly key: string };
type Read = { readonly demand: ControlDemand } | { readonly problems: readonly string[] };

/**
 * What lies beside an object and says what it holds: NAME.control.json, NAME.sha256, NAME.md5. One that is not there says nothing;
 * one that may not be read is told as wrong, unless the store does not tell who asks whether it is there. Three looks at once, and no
 * listing of the names that begin so: of S3 that is a round trip as well, for four times the price (docs/control.md).
 * @throws {LoadRejected} CONTROL_INVALID with all that is wrong with all of them
 */
export async function readSidecars(store: ObjectStore, object: Ref): Promise<readonly ControlDemand[]> {
  const read = await Promise.all(sidecarSuffixes.map((suffix) => readSidecar(store, object, suffix)));
  const found = read.filter((each) => each !== null);
  const problems = found.flatMap((each) => ('problems' in each ? each.problems : []));
  if (problems.length > 0) throw new LoadRejected(loadCodes.CONTROL_INVALID, problems.join('\n'));
  return found.flatMap((each) => ('demand' in each ? [each.demand] : []));
}

async function readSidecar(
  store: ObjectStore,
  { bucket, key }: Ref,
  suffix: (typeof sidecarSuffixes)[number],
): Promise<Read | null> {
  const name = key.slice(key.lastIndexOf('/') + 1);
  const from = `${name}${suffix}`;
  const told = (problems: readonly string[]): Read => ({
    problems: problems.map((problem) => `${printable(from)} ${printable(problem)}`),
  });
  const text = await textOf(store, { bucket, key: `${key}${suffix}` });
  if (text === null) return null;
  if ('problem' in text) return told([text.problem]);
  if (suffix === '.control.json') {
    const json = readControlJson(text.text);
    return 'totals' in json ? { demand: { from, ...json.totals } } : told(json.problems);
  }
  const of: DigestName = suffix === '.md5' ? 'md5' : 'sha256';
  const lines = readDigestLines(text.text, { name, of });
  return 'digest' in lines ? { demand: { from, [of]: lines.digest } } : told(lines.problems);
}

type Text = { readonly text: string } | { readonly problem: string };

/** Null where there is none. */
async function textOf(store: ObjectStore, ref: Ref): Promise<Text | null> {
  let found: StoredObject | null = null;
  try {
    found = await store.head(ref, { bucketIsThere: true });
    return await textOfObject(store, found);
  } catch (error) {
    if (error instanceof TypeError) return { problem: 'is not UTF-8' };
    if (!(error instanceof LoadRejected)) throw error;
    if (error.code === 'OBJECT_GONE') return null;
    const isThere = found !== null || !(error instanceof ObjectDenied) || error.isThere;
    return isThere || (await isListed(store, ref)) ? { problem: `cannot be read: ${error.message}` } : null;
  }
}

async function textOfObject(store: ObjectStore, object: StoredObject): Promise<Text> {
  if (object.sizeBytes > mostBytes)
    return { problem: `has ${count(object.sizeBytes)} bytes, and ${count(mostBytes)} are read` };
  const chunks: Buffer[] = [];
  if (object.sizeBytes > 0) {
    for await (const chunk of store.read(object, { start: 0, end: object.sizeBytes })) chunks.push(chunk);
  }
  return { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) };
}

/** Who may not list either is told nothing: what is not there is denied alike, and most objects have no sidecar. */
async function isListed(store: ObjectStore, { bucket, key }: Ref): Promise<boolean> {
  try {
    for await (const [first] of store.list({ bucket, prefix: key, pageObjects: 1 })) return first?.key === key;
    return false;
  } catch (error) {
    if (error instanceof TryAgain) throw error;
    return false;
  }
}
