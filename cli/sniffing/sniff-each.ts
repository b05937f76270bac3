import { datasetOf } from '../../functions/contract/dataset-of.ts';
import { contractFor } from '../../functions/contract/contract-for.ts';
import { undeclaredFields } from '../../functions/compile/declaration/reading/undeclared.ts';
import { keylessRule } from '../../functions/conflict/all.ts';
import type { Contract } from '../../functions/core/contract.ts';
import type { DelimitedFormat } from '../../functions/core/format/file-format.ts';
import { showTarget } from '../../functions/core/target-name.ts';
import type { Head } from '../../functions/content/head.ts';
import { laterBytes } from '../../functions/content/later-bytes.ts';
import { transaction } from '../../functions/db/client.ts';
import { namedSteps } from '../../functions/decoding/steps.ts';
import { readObjectHead } from '../../functions/extract/object-head.ts';
import { otherFormat } from '../../functions/formats/shared/other-format.ts';
import { storeFor } from '../../functions/objects/store-for.ts';
import { LoadRejected } from '../../functions/protocol/errors.ts';
import { loadRequestSchema } from '../../functions/protocol/states.ts';
import { columnNames } from '../../functions/sniff/alone/column-names.ts';
import { describedTable } from '../../functions/sniff/alone/described.ts';
import { guessDialect } from '../../functions/sniff/alone/guess-dialect.ts';
import type { Sample } from '../../functions/sniff/sample.ts';
import type { Decision } from '../../functions/sniff/decide.ts';
import { sniff } from '../../functions/sniff/sniff.ts';
import { fieldsSaying, optionsSaying, saidFields } from '../../functions/sniff/words.ts';
import type { Context } from '../context.ts';
import { namedDatabase, openTarget, withDatabase } from '../database/database.ts';
import type { NamedObject } from '../typed/files.ts';
import { CommandError } from '../typed/usage.ts';
import type { SniffedFile, Way } from './sniffed-file.ts';

/** What is typed beside the files. */
interface SniffedAs {
  readonly into: string | undefined;
  readonly recordEnd: string | undefined;
  readonly databaseUrl: string | undefined;
}

/** How each file is to be read, by its bytes alone, or by the columns of a table. */
export async function sniffEach(
  objects: readonly NamedObject[],
  { into, recordEnd, databaseUrl }: SniffedAs,
  context: Context,
): Promise<readonly SniffedFile[]> {
  const contract = into === undefined ? null : await contractOf(into, databaseUrl, context);
  const told: SniffedFile[] = [];
  for (const object of objects) {
    context.signal.throwIfAborted();
    told.push(await sniffed(object, contract, recordEnd));
  }
  return told;
}

/** Of a table that is only asked: no key is needed. */
async function contractOf(into: string, databaseUrl: string | undefined, context: Context): Promise<Contract> {
  const target = await openTarget(namedDatabase(databaseUrl, context), context, { start: false });
  if (target === null)
    throw new CommandError(`no embedded server is running in ${context.home}, so there is no table ${into} to ask`);
  const conflict = { rule: keylessRule.name };
  const request = loadRequestSchema.parse({ bucket: '-', key: '-', into, conflict });
  return await withDatabase(target, (db) =>
    transaction(db, {}, () => contractFor(db, datasetOf(request, { datasets: [] }))),
  );
}

async function sniffed(
  named: NamedObject,
  contract: Contract | null,
  recordEnd: string | undefined,
): Promise<SniffedFile> {
  try {
    const store = await storeFor(named.bucket);
    const object = await store.head(named);
    const { decoding, head } = await readObjectHead(store, object);
    const unpacked = decoding === null ? null : namedSteps(decoding);
    const base = { file: named.typed, unpacked };
    const other = otherFormat(head.bytes);
    if (other !== null) return { ...base, ...nothing, refusal: `it is ${other.what}; ${other.advice}` };
    if (contract === null) return { ...base, ...byBytes(head, recordEnd) };
    const later = decoding === null && !head.isAll ? await laterBytes(store, object, head.bytes.length) : [];
    return { ...base, ...byTable({ ...head, later }, endedBy(contract, recordEnd)) };
  } catch (error) {
    if (!(error instanceof LoadRejected)) throw error;
    return { file: named.typed, unpacked: null, ...nothing, refusal: error.message };
  }
}

type Found = Omit<SniffedFile, 'file' | 'unpacked'>;
const nothing = { isSure: false, ways: [], skipRows: 0, header: null, named: null, into: null, refusal: null } as const;

function endedBy(contract: Contract, recordEnd: string | undefined): Contract {
  const { format } = contract;
  if (recordEnd === undefined || (format.kind !== 'csv' && format.kind !== 'tsv')) return contract;
  return { ...contract, format: { ...format, recordEnd } };
}

function byBytes(head: Head, recordEnd: string | undefined): Found {
  const guess = guessDialect(head, recordEnd);
  const tables = guess.kind === 'found' ? [guess.table] : guess.tables;
  const ways = tables.map((table) => {
    const { skipRows, isOwn, linesBefore, records, whole } = describedTable(table);
    const lines = isOwn ? skipRows : linesBefore;
    return way({ ...table.format, ...(lines > 0 && { skipRows: lines }) }, { records, fitting: whole });
  });
  const [best] = tables;
  if (best === undefined) return nothing;
  const { skipRows, header, isOwn, linesBefore, isDoubtful } = describedTable(best);
  const isSure = guess.kind === 'found' && !isDoubtful;
  if (header !== null && isOwn) return { ...nothing, isSure, ways, skipRows, header };
  const named = {
    columns: columnNames(header ?? Array.from({ length: best.columns }, () => '')),
    skipRows: linesBefore,
  };
  return { ...nothing, isSure, ways, skipRows, header, named };
}

function byTable(head: Sample, contract: Contract): Found {
  const into = showTarget(contract.target);
  const decision = decisionOf(head, contract);
  const readings = decision.kind === 'ambiguous' ? decision.readings : [decision.reading];
  const [best] = readings;
  if (best === undefined || best === null) return { ...nothing, into };
  const ways = readings
    .filter((reading) => reading !== null)
    .map(({ format, share, records }) =>
      way(format, { records: records.size, fitting: Math.round(share * records.size) }),
    );
  return {
    ...nothing,
    into,
    isSure: decision.kind !== 'ambiguous',
    ways,
    skipRows: best.format.skipRows ?? 0,
    header: best.fileColumns.map(({ header }) => header),
  };
}

/** As load decides; where no line names columns of the table, with the record end that the bytes themselves show, which load wants typed. */
function decisionOf(head: Sample, contract: Contract): Decision {
  const undeclared = undeclaredFields({ format: 'csv' });
  const decision = sniff(contract, head, undeclared);
  if (decision.kind !== 'as declared' || decision.reading !== null) return decision;
  const guess = guessDialect(head);
  const recordEnd = guess.kind === 'found' ? guess.table.format.recordEnd : undefined;
  return recordEnd === undefined ? decision : sniff(endedBy(contract, recordEnd), head, undeclared);
}

function way(format: DelimitedFormat, { records, fitting }: Pick<Way, 'records' | 'fitting'>): Way {
  const fields = saidFields(format);
  return { options: optionsSaying(format, fields), dataset: fieldsSaying(format, fields), records, fitting };
}
