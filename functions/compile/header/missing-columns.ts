import { ruleOf } from '../../conflict/all.ts';
import { LoadRejected } from '../../protocol/errors.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import type { Contract, FileColumn } from '../../core/contract.ts';
import { foldHeader } from '../../formats/shared/column-names.ts';
import { sayingMapping } from '../../words/column-mapping.ts';
import { didYouMean, nearNames, showList, showText } from '../../words/did-you-mean.ts';
import { isNamed } from '../../formats/shared/column-names.ts';
import { type Found, type Problem, problemsTold } from './header-problems.ts';
import { suppliedColumns } from '../../core/supplies/supplied.ts';
import { shownTarget } from '../../core/target-name.ts';

interface Needed {
  readonly name: string;
  readonly why: string;
}

/** The columns without which no record can be stored or compared, and that the file lacks, as one problem. */
export function missing(contract: Contract, found: readonly Found[], own: readonly Needed[] = []): readonly Problem[] {
  const { unknownColumns } = contract;
  const isCaptured = typeof unknownColumns === 'object' && found.some(({ captured }) => captured === true);
  const filled = new Set<unknown>([
    ...found.map(({ fills }) => fills),
    ...suppliedColumns(contract).map(({ name }) => name),
    ...(isCaptured ? [unknownColumns.capture] : []),
  ]);
  const absent = [...neededColumns(contract), ...own].filter(({ name }) => !filled.has(name));
  return absent.length === 0
    ? []
    : [{ code: loadCodes.MISSING_COLUMN, message: () => tellMissing(contract, found, absent) }];
}

/**
 * The same for a file whose records name their columns, once all are read.
 * @throws LoadRejected MISSING_COLUMN
 */
export function requireColumns(contract: Contract, fileColumns: readonly FileColumn[]): void {
  const found = fileColumns.flatMap(({ header, column, absent }) =>
    absent === true ? [] : [{ header, fills: column?.name ?? null }],
  );
  const [problem] = missing(contract, found);
  if (problem !== undefined) throw new LoadRejected(problem.code, problem.message());
}

/** Columns of the file that expressions of the dataset read, each once. */
export function readByExpressions(contract: Contract): readonly Needed[] {
  const needed = new Map<string, Needed>();
  for (const { name, supplied } of suppliedColumns(contract)) {
    if (!('derive' in supplied)) continue;
    for (const read of supplied.columns) {
      if (!needed.has(read)) needed.set(read, { name: read, why: `read by columns.derive of ${showText(name)}` });
    }
  }
  return [...needed.values()];
}

/** Each once, with the first of its reasons. */
function neededColumns(contract: Contract): readonly Needed[] {
  const { businessKey, requiredColumns, columns } = contract;
  const rule = ruleOf(contract);
  const notNull = new Set(columns.filter((column) => column.notNull).map(({ name }) => name));
  const all = [
    ...businessKey.map((name) => ({ name, why: 'part of the business key' })),
    ...rule
      .versionColumns(contract.conflict)
      .map((name) => ({ name, why: `the version that ${rule.words[0]} compares` })),
    ...requiredColumns.map((name) => ({
      name,
      why: notNull.has(name) ? 'NOT NULL without a default' : 'required by the dataset',
    })),
  ];
  const needed = new Map<string, Needed>();
  for (const need of all) if (!needed.has(need.name)) needed.set(need.name, need);
  return [...needed.values()];
}

function tellMissing(contract: Contract, found: readonly Found[], absent: readonly Needed[]): string {
  const headers = found.map(({ header }) => header);
  // a name that fills a column of its own is meant for that
  const free = found.flatMap(({ header, fills }) => (typeof fills === 'string' ? [] : [header]));
  const first = absent[0]?.name ?? '';
  const [near] = nearNames(first, free);
  const told = absent.slice(0, problemsTold);
  return [
    `The file lacks ${absent.length === 1 ? 'a column' : 'columns'} that ${shownTarget(contract.target)} needs:`,
    ...told.map(
      ({ name, why }) => `  ${showText(name)}, ${why}.${whereIgnored(name, found) ?? didYouMean(name, free)}`,
    ),
    ...(absent.length > told.length ? [`  And ${absent.length - told.length} more.`] : []),
    `  The file has ${showList(headers.filter(isNamed), 40)}. Add what is missing, or name the column that holds it` +
      `${sayingMapping(contract, { rename: [[near ?? 'header', first]], ignore: [] }, () => 0)}.`,
  ].join('\n');
}

/** A file may have the column, and the dataset ignore it. */
function whereIgnored(name: string, found: readonly Found[]): string | null {
  const folded = foldHeader(name);
  const position = found.findIndex(({ header, fills }) => fills === null && foldHeader(header) === folded);
  return position === -1 ? null : ` Column ${position + 1} of the file has that name, but is ignored.`;
}
