import { many, type Db } from '../../db/client.ts';
import { selectLoadWarnings, selectWarnedRecords, selectWarnedRules } from './warnings-sql.ts';

/** A rule that only warns, and how many records of the load broke it. */
export interface WarnedRule {
  readonly code: string;
  readonly column: string | null;
  /** Name of a rule in SQL. */
  readonly rule: string | null;
  readonly records: number;
}

/** A record that was only warned of; without a number: the whole load was. */
export interface Warned {
  readonly recordNo: number | null;
  readonly line: number | null;
  readonly kind: 'warning';
  readonly reasons: readonly {
    readonly code: string;
    readonly column: string | null;
    readonly rule?: string;
    readonly value: null;
    readonly message: string;
  }[];
}

/** What the ledger has of the records that rules only warned of: the first of each rule and slice, and how many there are of each rule. */
export async function readWarned(
  db: Db,
  {
    loadId,
    ...wanted
  }: { readonly loadId: number; readonly code: string | null; readonly column: string | null; readonly most: number },
): Promise<{ readonly warned: readonly Warned[]; readonly rules: readonly WarnedRule[] }> {
  const ofLoad = await many<Omit<WarnedRule, 'records'> & { message: string }>(db, selectLoadWarnings(loadId, wanted));
  const records = await many<{
    record_no: number;
    line: number | null;
    reasons: readonly Omit<WarnedRule, 'records'>[];
  }>(db, selectWarnedRecords(loadId, wanted));
  return {
    rules: await many<WarnedRule>(db, selectWarnedRules(loadId, wanted)),
    warned: [
      ...ofLoad.map(({ message, ...reason }) => warning({ recordNo: null, line: null }, [{ ...reason, message }])),
      ...records.map(({ record_no: recordNo, line, reasons }) =>
        warning(
          { recordNo, line },
          reasons.map((reason) => ({ ...reason, message: 'only warned of' })),
        ),
      ),
    ],
  };
}

function warning(
  place: Pick<Warned, 'recordNo' | 'line'>,
  reasons: readonly (Omit<WarnedRule, 'records'> & { readonly message: string })[],
): Warned {
  return {
    ...place,
    kind: 'warning',
    reasons: reasons.map(({ code, column, rule, message }) => ({
      code,
      column,
      ...(rule !== null && { rule }),
      value: null,
      message,
    })),
  };
}
