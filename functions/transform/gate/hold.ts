import { contractHash } from '../../core/contract-hash.ts';
import { type CountName, countNames } from '../../core/dispositions.ts';
import type { Held } from '../../ledger/loads/held-sql.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { WouldBe } from '../../ledger/loads/would-be-sql.ts';
import { count } from '../../words/quantities.ts';

/**
 * Whether these counts wait for a person's yes, and with what they are asked; null: they do not. A yes that was given lets pass
 * what it was given for, or less of it.
 * @param codes limits that are broken; all of them may be approved.
 */
export function heldOf(load: PlannedLoad, wouldBe: WouldBe, codes: readonly string[]): Held | null {
  const { contract, attempt, approvedAt, held: asked } = load;
  if (contract.hold === undefined || (contract.hold.approve === 'over-limit' && codes.length === 0)) return null;
  const counts = countsOf(wouldBe);
  const now = { counts, hash: contractHash(contract), fingerprint: contract.fingerprint, codes };
  // asked by this attempt already, whose answer was lost
  if (asked?.attempt === attempt) return { ...now, attempt, moved: asked.moved };
  if (asked === null || approvedAt === null) return { ...now, attempt, moved: [] };
  const moved = movedPast(asked, now);
  return moved.length === 0 ? null : { ...now, attempt, moved };
}

type Judged = Pick<Held, 'counts' | 'hash' | 'fingerprint' | 'codes'>;

/** A person said yes to at most so many of these; what is unchanged, stale or a duplicate writes nothing. */
const watched: readonly CountName[] = ['rejected', 'inserted', 'updated', 'deleted'];

/** In words, what the yes was not given for; empty: nothing. */
export function movedPast(asked: Judged, now: Judged): readonly string[] {
  const grown = watched
    .filter((name) => (now.counts[name] ?? 0) > (asked.counts[name] ?? 0))
    .map((name) => `${count(now.counts[name])} ${name} where ${count(asked.counts[name])} were approved`);
  const broken = now.codes.filter((code) => !asked.codes.includes(code)).map((code) => `${code} was not there`);
  const shape = now.fingerprint === asked.fingerprint ? [] : ['the table was altered'];
  // the table's shape is in the hash too
  const rules = now.hash === asked.hash || shape.length > 0 ? [] : ['the dataset or the table demands something else'];
  return [...shape, ...rules, ...grown, ...broken];
}

function countsOf(wouldBe: WouldBe): Held['counts'] {
  return Object.fromEntries(['records' as const, ...countNames].map((name) => [name, wouldBe[name]])) as Held['counts'];
}
