import type { Contract } from '../../core/contract.ts';
import { shellWord } from '../../core/typed-again.ts';
import type { RuleMend, ShownReject } from '../../page/facts.ts';
import { rejectCodes } from '../../protocol/reject-codes.ts';
import { isAdHoc } from '../../words/whose-dataset.ts';
import { cellMend } from './cell-mends.ts';

/** What of a load's rejects is looked at. */
export interface Rejected {
  readonly rules: readonly { readonly code: string; readonly column: string | null }[];
  readonly rejects: readonly ShownReject[];
  readonly contract: Contract;
  /** Of the source's records. */
  readonly columns: number;
}

/** An option, `--short-rows pad`, and the field of a dataset that says the same. */
interface Way {
  readonly option: string;
  readonly field: string;
}

const way = (option: string, field: string): Way => ({ option, field });
const pad = way('--short-rows pad', "shortRows: 'pad'");
const cut = way('--long-rows cut', "longRows: 'cut'");
const roundNumbers = way('--lenient roundNumbers', "leniencies: ['roundNumbers']");

/** Faults of a whole record that an option passes over, whatever the record is. */
const ofRecord: Readonly<Partial<Record<string, Way>>> = {
  [rejectCodes.BLANK_ROW]: way('--blank-rows skip', "blankRows: 'skip'"),
  [rejectCodes.REPEATED_HEADER]: way('--repeated-headers skip', "repeatedHeaders: 'skip'"),
  [rejectCodes.UNKNOWN_KEY]: way('--unknown-columns ignore', "columns: { unknown: 'ignore' }"),
};

/** Faults of a cell that a leniency lets through, whatever the cell is. */
const ofCell: Readonly<Partial<Record<string, Way>>> = {
  [rejectCodes.NUMERIC_SCALE]: roundNumbers,
  [rejectCodes.FRACTION_TOO_FINE]: roundNumbers,
  [rejectCodes.ZONE_DROPPED]: way('--lenient dropZone', "leniencies: ['dropZone']"),
};

/** Codes of cells that have another form than their column. */
const ofForm: ReadonlySet<string> = new Set([
  rejectCodes.INVALID_INTEGER,
  rejectCodes.INVALID_NUMBER,
  rejectCodes.INVALID_BOOLEAN,
  rejectCodes.INVALID_DATE,
  rejectCodes.INVALID_TIMESTAMP,
]);

/**
 * What to declare so that rejects do not break their rule, tried on those that are shown; none where nothing is known that helps. What
 * it makes of cells that were accepted, nobody has asked. Values that are hidden are not looked at.
 */
export function ruleMends(rejected: Rejected): readonly RuleMend[] {
  const { rules, rejects, contract } = rejected;
  const said = ({ option, field }: Way): string => (isAdHoc(contract) ? option : `${field} in the dataset`);
  return rules.flatMap(({ code, column }) => {
    const broke = rejects.filter(({ reasons }) => reasons.some((one) => one.code === code && one.column === column));
    const mend =
      column === null ? mendOfRecords(code, broke, rejected) : mendOfCells(code, broke, { column, contract });
    if (mend === null || mend.taken === 0) return [];
    const [first, ...others] = mend.ways.map(said);
    return first === undefined ? [] : [{ code, column, way: first, others, taken: mend.taken, of: broke.length }];
  });
}

interface Mend {
  readonly ways: readonly Way[];
  readonly taken: number;
}

function mendOfRecords(code: string, broke: readonly ShownReject[], { contract, columns }: Rejected): Mend | null {
  const known = ofRecord[code];
  if (known !== undefined) return { ways: [known], taken: broke.length };
  const { kind } = contract.format;
  if (code !== rejectCodes.FIELD_COUNT || (kind !== 'csv' && kind !== 'tsv')) return null;
  const counts = broke.flatMap(({ cellCount }) => cellCount ?? []);
  const short = counts.filter((count) => count < columns).length;
  const long = counts.filter((count) => count > columns).length;
  return short >= long ? { ways: [pad], taken: short } : { ways: [cut], taken: long };
}

function mendOfCells(
  code: string,
  broke: readonly ShownReject[],
  { column: name, contract }: { readonly column: string; readonly contract: Contract },
): Mend | null {
  const column = contract.columns.find((one) => one.name === name);
  if (column === undefined || column.sensitive === true) return null;
  const known = ofCell[code];
  if (known !== undefined) return { ways: [known], taken: broke.length };
  // another step would stand before or behind those that are declared, and nobody knows where
  if (column.clean !== undefined) return null;
  if (code === rejectCodes.NOT_NULL)
    return column.hasDefault ? { ways: [cleaning(name, ['empty:default'])], taken: broke.length } : null;
  if (!ofForm.has(code)) return null;
  const cells = broke.flatMap(({ reasons }) =>
    reasons.flatMap(({ value, ...of }) => (of.code === code && of.column === name && value !== null ? [value] : [])),
  );
  const mend = cellMend(cells, column);
  if (mend === null) return null;
  return { ways: [mend.steps, ...mend.others].map((steps) => cleaning(name, steps)), taken: mend.taken };
}

/** `--clean amount=group:dot,decimal:comma`, as a shell reads it. */
function cleaning(name: string, steps: readonly string[]): Way {
  const typed = steps.map((step) => step.replaceAll(',', String.raw`\,`)).join(',');
  return {
    option: `--clean ${shellWord(`${name}=${typed}`)}`,
    field: `columns: { clean: ${JSON.stringify({ [name]: steps })} }`,
  };
}
