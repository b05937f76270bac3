import type { Contract, ContractColumn } from '../core/contract.ts';
import type { Sql } from '../core/sql.ts';
import type { Written } from './range-sql.ts';

/** Of a rule that refuses records for the row `t` of their key, which is all NULL where there is none. Such a record `s` is a reject, found before the gate or, where others changed the row since, by the merge. */
export interface Refusal {
  /** One of protocol/reject-codes.ts. */
  readonly code: 'NO_ROW' | 'ROW_EXISTS' | 'SAME_VERSION' | 'LATE_VERSION';
  /** Judged before the gate alone, by a join with the row, or in the merge alone. Absent: in both. */
  readonly judged?: 'before the gate' | 'in the merge';
  /** @param disposition in the merge: what the record was found to be. */
  readonly isRefused: (contract: Contract, filled: readonly ContractColumn[], disposition?: Written) => Sql;
  /** The columns whose values of the record the reason shows. */
  readonly columns: (contract: Contract) => readonly ContractColumn[];
  /** What is wrong with them: `id: '7' <words>`. */
  readonly words: (contract: Contract) => string;
}

/** Of a rule that refuses none. */
export const noRefusal = (): readonly Refusal[] => [];
