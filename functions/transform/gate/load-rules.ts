import type { ContractColumn } from '../../core/contract.ts';
import type { ColumnRules } from '../../core/rules/column-rules.ts';
import type { LoadRule } from '../../core/rules/sql-rules.ts';
import { LoadRejected } from '../../protocol/errors.ts';
import { type Db, many, one } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import { withTimeout } from '../../db/meanings.ts';
import { withSavepoint } from '../../db/savepoint.ts';
import { readingOnly } from '../../db/sheltered.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { selectSlices, type SliceRow } from '../../ledger/slices/slices-sql.ts';
import { count, plural } from '../../words/quantities.ts';
import { selectColumnFigures, selectLoadRule } from './load-rules-sql.ts';

/** A rule over the whole load that does not hold. */
export interface BrokenLoadRule {
  readonly severity: 'warn' | 'refuse';
  readonly column: string | null;
  readonly rule: string;
  /** Without a cell of the file. */
  readonly message: string;
  /** A limit somebody may approve, or what is demanded without exception. */
  readonly kind: 'limit' | 'contradiction';
}

/** A minute: it reads what is staged, and nothing is locked meanwhile but the ledger's row of the load. */
const ruleMs = 60_000;

/** The dataset's rules over all accepted records of the load, asked once these are known; none where it has none. */
export async function brokenLoadRules(db: Db, load: PlannedLoad): Promise<readonly BrokenLoadRule[]> {
  const { loadRules = [], columns } = load.contract;
  const limited = columns.flatMap(limitsOf);
  if (loadRules.length === 0 && limited.length === 0) return [];
  const staged = await many<SliceRow>(db, selectSlices(load.loadId));
  const slices = staged.filter(({ records }) => (records ?? 0) > 0).map(({ slice }) => slice);
  const broken: BrokenLoadRule[] = limited.length === 0 ? [] : [...(await brokenLimits(db, load, { slices, limited }))];
  for (const rule of loadRules) {
    const why = await whyBroken(db, load, { slices, rule });
    if (why === null) continue;
    const { name, severity = 'refuse' } = rule;
    broken.push({ severity, column: null, rule: name, message: `the rule ${name} ${why}`, kind: 'contradiction' });
  }
  return broken;
}

async function whyBroken(
  db: Db,
  load: PlannedLoad,
  { slices, rule }: { readonly slices: readonly number[]; readonly rule: LoadRule },
): Promise<string | null> {
  try {
    const { holds } = await withSavepoint(db, () =>
      readingOnly(db, true, () =>
        withTimeout(db, ruleMs, () => one<{ holds: boolean | null }>(db, selectLoadRule(load, slices, rule))),
      ),
    );
    if (holds === true) return null;
    return `does not hold of the load: ${rule.words ?? `its SQL answers ${holds === null ? 'NULL' : 'false'}`}`;
  } catch (error) {
    if (error instanceof LoadRejected) return 'wants to write, and a rule only reads: take that out of its SQL';
    const state = sqlState(error);
    if (state === null) throw error;
    return state === '57014'
      ? `did not answer within ${ruleMs / 1_000} s: make its SQL cheaper`
      : `could not be asked: its SQL ended with SQLSTATE ${state}`;
  }
}

interface Limited {
  readonly column: ContractColumn;
  readonly rules: ColumnRules;
  readonly severity: 'warn' | 'refuse';
}

function limitsOf(column: ContractColumn): readonly Limited[] {
  const all: readonly Limited[] = [
    { column, rules: column.rules, severity: 'refuse' },
    { column, rules: column.graded?.refuse ?? {}, severity: 'refuse' },
    { column, rules: column.graded?.warn ?? {}, severity: 'warn' },
  ];
  return all.filter(({ rules }) => rules.maxNullShare !== undefined || rules.distinctAtLeast !== undefined);
}

async function brokenLimits(
  db: Db,
  load: PlannedLoad,
  { slices, limited }: { readonly slices: readonly number[]; readonly limited: readonly Limited[] },
): Promise<readonly BrokenLoadRule[]> {
  const figured = limited.map(({ column, rules }) => ({ column, isDistinct: rules.distinctAtLeast !== undefined }));
  const { records, filled, distinct } = await one<{
    readonly records: number;
    readonly filled: readonly number[];
    readonly distinct: readonly number[];
  }>(db, selectColumnFigures(load, slices, figured));
  return limited.flatMap(({ column: { name }, rules: { maxNullShare, distinctAtLeast }, severity }, i) => {
    const empty = records - (filled[i] ?? 0);
    const found = distinct[i] ?? 0;
    const common = { severity, column: name, kind: 'limit' } as const;
    return [
      ...(maxNullShare !== undefined && records > 0 && empty / records > maxNullShare
        ? [
            {
              ...common,
              rule: 'maxNullShare',
              message: `${count(empty)} of ${plural(records, 'record')} have no ${name}, and maxNullShare is ${maxNullShare}`,
            },
          ]
        : []),
      ...(distinctAtLeast !== undefined && found < distinctAtLeast
        ? [
            {
              ...common,
              rule: 'distinctAtLeast',
              message: `${name} has ${plural(found, 'different value')}, and distinctAtLeast is ${distinctAtLeast}`,
            },
          ]
        : []),
    ];
  });
}
