import { suppliedColumns } from '../core/supplies/supplied.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import type { StagedSupply } from './sql.ts';

/** What every record of a load has in the columns that its dataset supplies: the same at each staging. */
export function givenValues({ contract }: Pick<PlannedLoad, 'contract'>): readonly StagedSupply[] {
  return suppliedColumns(contract).map((column) => ({ column, value: column.supplied.constant }));
}
