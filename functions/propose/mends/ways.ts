import type { Contract } from '../../core/contract.ts';
import { shellWord } from '../../core/typed-again.ts';
import { rejectCodes } from '../../protocol/reject-codes.ts';
import { isAdHoc } from '../../words/whose-dataset.ts';

/** An option, `--short-rows pad`, and the field of a dataset that says the same. */
export interface Way {
  readonly option: string;
  readonly field: string;
}

const way = (option: string, field: string): Way => ({ option, field });

export const pad = way('--short-rows pad', "shortRows: 'pad'");
export const cut = way('--long-rows cut', "longRows: 'cut'");
export const ignoreUnknown = way('--unknown-columns ignore', "columns: { unknown: 'ignore' }");
export const roundNumbers = way('--lenient roundNumbers', "leniencies: ['roundNumbers']");

/** Records that an option passes over, whatever is in them. */
export const passingOver: Readonly<Partial<Record<string, Way>>> = {
  [rejectCodes.BLANK_ROW]: way('--blank-rows skip', "blankRows: 'skip'"),
  [rejectCodes.REPEATED_HEADER]: way('--repeated-headers skip', "repeatedHeaders: 'skip'"),
};

/** Faults of a cell that a leniency lets through, whatever the cell is: those that are judged where all else of it is right. */
export const lettingThrough: Readonly<Partial<Record<string, Way>>> = {
  [rejectCodes.FRACTION_TOO_FINE]: roundNumbers,
  [rejectCodes.ZONE_DROPPED]: way('--lenient dropZone', "leniencies: ['dropZone']"),
};

/** `--clean amount=group:dot,decimal:comma`, as a shell reads it. */
export function cleaning(name: string, steps: readonly string[]): Way {
  const typed = steps.map((step) => step.replaceAll(',', String.raw`\,`)).join(',');
  return {
    option: `--clean ${shellWord(`${name}=${typed}`)}`,
    field: `columns: { clean: ${JSON.stringify({ [name]: steps })} }`,
  };
}

/** As a person types or writes it. */
export function said({ option, field }: Way, contract: Pick<Contract, 'dataset' | 'target'>): string {
  return isAdHoc(contract) ? option : `${field} in the dataset`;
}
