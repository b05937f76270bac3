import { printable } from '../../core/printable.ts';
import { sqlIdent } from '../../core/typed-again.ts';
import { many, type Db } from '../../db/client.ts';
import { type Check, noted } from './checks.ts';
import { type ReaderFacts, selectReaders } from './reader-checks-sql.ts';

/** Columns of the ledger that hold what files or tables hold. */
const bytes = {
  rejects: ['raw'],
  journal: ['keys', 'images'],
} as const;

const what: Readonly<Record<string, string>> = {
  rejects: 'the bytes of refused records (raw)',
  journal: 'rows of tables as they were (keys, images)',
};

/** Which roles that load nothing see records of files, or rows of tables: a grant on all tables of the ledger gives that, and grants outlive what documents say since. */
export async function readerChecks(db: Db): Promise<readonly Check[]> {
  return (await many<ReaderFacts>(db, selectReaders(bytes))).map(readerCheck);
}

function readerCheck(facts: ReaderFacts): Check {
  const { table, reader, grantor } = facts;
  const who = reader === null ? 'everybody' : printable(reader);
  return noted(
    `readers of landfall.${table}`,
    `${who} may read ${what[table] ?? table}`,
    `where that is not meant, as ${printable(grantor)}, who granted it:\n${takingBack(facts).join('\n')}`,
  );
}

/** What takes a table back takes its columns too: those that show no bytes are given again. */
function takingBack({ table, reader, isWhole, shown, others }: ReaderFacts): readonly string[] {
  const name = `landfall.${table}`;
  const role = reader === null ? 'public' : sqlIdent(reader);
  const list = (columns: readonly string[]): string => columns.map((column) => sqlIdent(column)).join(', ');
  if (!isWhole) return [`revoke select (${list(shown)}) on ${name} from ${role};`];
  const revoke = `revoke select on ${name} from ${role};`;
  return table === 'journal' ? [revoke] : [revoke, `grant select (${list(others)}) on ${name} to ${role};`];
}
