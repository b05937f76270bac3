import type { Contract, ContractColumn } from '../../core/contract.ts';
import { rejectCodes } from '../../protocol/reject-codes.ts';
import { isLikelyTaken } from './column-holds.ts';
import { nothingTried, type Trial, trialOf } from './tried.ts';
import { cut, ignoreUnknown, pad, passingOver } from './ways.ts';

/** Of so many cells of records that were not judged is it asked whether they are of their column's form: a record of 300 columns has many. */
const mostJudged = 20_000;

/** A rule that whole records break; null: nothing is known that helps. */
export function trialOfRecords(
  code: string,
  { format: { kind } }: Pick<Contract, 'format'>,
  columns: ReadonlyMap<string, ContractColumn>,
): Trial | null {
  const passed = passingOver[code];
  if (passed !== undefined) return trialOf(nothingTried(passed));
  if (code === rejectCodes.UNKNOWN_KEY) return trialOf(nothingTried(ignoreUnknown, false));
  return code === rejectCodes.FIELD_COUNT && (kind === 'csv' || kind === 'tsv') ? trialOfCounts(columns) : null;
}

/** Too few cells, or too many: what most of them need. */
function trialOfCounts(columns: ReadonlyMap<string, ContractColumn>): Trial {
  const [short, long] = [nothingTried(pad, false), nothingTried(cut, false)];
  let cellsLeft = mostJudged;
  return {
    look: (reject) => {
      const apart = cellsLeft <= 0 ? null : reject.apart();
      if (apart?.count == null) return;
      short.of += 1;
      long.of += 1;
      const tried = apart.count.cells < apart.count.columns ? short : long;
      tried.taken += 1;
      cellsLeft -= apart.cells.size;
      for (const [name, cell] of apart.cells) {
        const column = columns.get(name);
        if (column === undefined || isLikelyTaken(column, cell)) continue;
        tried.breakAnother += 1;
        return;
      }
    },
    found: () => (short.taken >= long.taken ? short : long),
  };
}
