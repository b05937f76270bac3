import { LoadRejected } from '../../protocol/errors.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import type { Contract, FileColumn } from '../../core/contract.ts';
import { columnOfHeader, isNamed } from '../../formats/shared/column-names.ts';
import { type Found, type Problem, problemsTold } from './header-problems.ts';
import { headerLine, requireHeaderShape } from './header-shape.ts';
import { likelyMapping, type Mapping, sayingMapping } from '../../words/column-mapping.ts';
import { didYouMean, showList, showText } from '../../words/did-you-mean.ts';
import { missing, readByExpressions } from './missing-columns.ts';
import { broughtColumns, suppliedColumns } from '../../core/supplies/supplied.ts';
import { shownTarget } from '../../core/target-name.ts';

/**
 * Finds the target's column for each name of a file's header, in file order. Names are folded (case and surrounding blanks
 * do not count) and only looked up: none reaches SQL. A column without a name fills nothing and has to be empty.
 * @throws LoadRejected with what is wrong; its code is that of the first problem
 */
export function mapHeader(contract: Contract, names: readonly string[]): FileColumn[] {
  requireHeaderShape(contract, names);
  const found = names.map((header, i) => foundIn(contract, header, i + 1));
  const problems = problemsOf(contract, found);
  const [first] = problems;
  if (first !== undefined) {
    const told = problems.slice(0, problemsTold).map(({ message }) => message());
    const more = problems.length - told.length;
    throw new LoadRejected(
      first.code,
      [...told, ...(more > 0 ? [`And ${more} more columns like these.`] : [])].join('\n'),
    );
  }
  const columns = new Map(contract.columns.map((column) => [column.name, column]));
  const own = found.map(({ fills, ...rest }) => ({ ...rest, column: columns.get(fills ?? '') ?? null }));
  const capture = captureColumn(contract, found);
  return capture === null
    ? own
    : [...own, { header: capture, column: columns.get(capture) ?? null, captures: true as const }];
}

/** Whether mapHeader would take these names; it says no more, and so costs no search for names that are near. */
export function areColumns(contract: Contract, names: readonly string[]): boolean {
  try {
    requireHeaderShape(contract, names);
  } catch (error) {
    if (error instanceof LoadRejected) return false;
    throw error;
  }
  const found = names.map((header, i) => foundIn(contract, header, i + 1));
  return problemsOf(contract, found).length === 0;
}

function problemsOf(contract: Contract, found: readonly Found[]): readonly Problem[] {
  return [
    ...unknownColumns(contract, found),
    ...unfillable(contract, found),
    ...filledTwice(contract, found),
    ...filledAndCaptured(contract, found),
    ...missing(contract, found, readByExpressions(contract)),
  ];
}

function foundIn(contract: Contract, header: string, position: number): Found {
  if (contract.ignoredPositions?.includes(position) === true) return { header, fills: null };
  if (!isNamed(header)) return { header, fills: null, unnamed: true };
  const fills = columnOfHeader(contract, header);
  if (fills !== undefined) return { header, fills };
  const { unknownColumns: taken } = contract;
  if (typeof taken === 'object') return { header, fills: null, captured: true };
  return { header, fills: taken === 'ignore' ? null : undefined };
}

/** The column that takes cells of others; null where the file has none that are captured. */
function captureColumn({ unknownColumns: taken }: Contract, found: readonly Found[]): string | null {
  return typeof taken === 'object' && found.some(({ captured }) => captured === true) ? taken.capture : null;
}

function unknownColumns(contract: Contract, found: readonly Found[]): readonly Problem[] {
  const unknown = found.filter(({ fills }) => fills === undefined).map(({ header }) => header);
  return unknown.length === 0
    ? []
    : [{ code: loadCodes.UNKNOWN_COLUMN, message: () => tellUnknown(contract, found, unknown) }];
}

function tellUnknown(contract: Contract, found: readonly Found[], unknown: readonly string[]): string {
  const known = contract.columns.map(({ name }) => name);
  const taken = new Set(found.map(({ fills }) => fills));
  const free = broughtColumns(contract).flatMap(({ name }) => (taken.has(name) ? [] : [name]));
  const hints = unknown.slice(0, 12).flatMap((header) => {
    const hint = didYouMean(header, free);
    return hint === '' ? [] : [`  ${showText(header)}:${hint}`];
  });
  const isNone = headerLine(
    contract,
    found.map(({ header }) => header),
  );
  return [
    `The file has ${unknown.length === 1 ? 'a column' : 'columns'} that ${shownTarget(contract.target)} lacks: ${showList(unknown)}.`,
    ...isNone.map((line) => `  ${line}`),
    ...hints,
    `  The table's columns are ${showList(known, 40)}.`,
    ...(isNone.length > 0
      ? []
      : [`  Add the column to the table, or say what it is${saying(contract, found, likelyMapping(unknown, free))}.`]),
  ].join('\n');
}

const whyUnfillable = {
  generated: 'is generated by PostgreSQL from other columns',
  identity:
    'is GENERATED ALWAYS AS IDENTITY, PostgreSQL numbers it unless columns.overrideIdentity of the dataset names it',
  type: 'is of type name, which cuts values at 63 bytes without a word; make it text',
  arbiter: 'says whether the unique index on the key covers a row, and a new row has its default there',
  versions: 'says until when a version holds, which the conflict rule writes',
  supplied:
    'has its values from the dataset (columns.constants, columns.lineage or columns.derive, or the conflict rule, which marks missing rows or says since when a version holds)',
} as const;

function unfillable(contract: Contract, found: readonly Found[]): readonly Problem[] {
  const reasons = new Map<string, keyof typeof whyUnfillable>([
    ...(contract.unfillableColumns ?? []).map(({ name, why }) => [name, why] as const),
    ...suppliedColumns(contract).map(({ name }) => [name, 'supplied'] as const),
  ]);
  return found.flatMap(({ header, fills }) => {
    const why = reasons.get(fills ?? '');
    if (why === undefined) return [];
    const message = (): string =>
      `The file's column ${showText(header)} cannot be loaded: it ${whyUnfillable[why]}. ` +
      `Leave it out of the file, or ignore it${saying(contract, found, ignoring(header))}.`;
    return [{ code: loadCodes.UNFILLABLE_COLUMN, message }];
  });
}

function filledTwice(contract: Contract, found: readonly Found[]): readonly Problem[] {
  const positions = new Map<string, number>();
  return found.flatMap(({ header, fills }, position) => {
    if (typeof fills !== 'string') return [];
    const first = positions.get(fills);
    if (first === undefined) {
      positions.set(fills, position);
      return [];
    }
    const message = (): string =>
      `The file's columns ${showText(found[first]?.header ?? '')} (column ${first + 1}) and ${showText(header)} ` +
      `(column ${position + 1}) would both fill ${fills}. Ignore one of them${saying(contract, found, ignoring(header))}.`;
    return [{ code: loadCodes.DUPLICATE_HEADER, message }];
  });
}

function filledAndCaptured(contract: Contract, found: readonly Found[]): readonly Problem[] {
  const capture = captureColumn(contract, found);
  const filling = found.find(({ fills }) => capture !== null && fills === capture);
  if (filling === undefined) return [];
  const message = (): string =>
    `The file's column ${showText(filling.header)} fills ${capture}, which captures the columns that the table lacks. ` +
    `Ignore it${saying(contract, found, ignoring(filling.header))}, or capture them in another column.`;
  return [{ code: loadCodes.DUPLICATE_HEADER, message }];
}

function ignoring(header: string): Mapping {
  return { rename: [], ignore: [header] };
}

function saying(contract: Contract, found: readonly Found[], mapping: Mapping): string {
  return sayingMapping(contract, mapping, (name) => found.findIndex(({ header }) => header === name) + 1);
}
