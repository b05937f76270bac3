import type { ContractColumn, Leniency } from '../../core/contract.ts';
import { join, literal, type Sql, sql } from '../../core/sql.ts';
import { UTC } from '../../core/time-zone.ts';
import { soundnessRules } from './cell-rules.ts';
import { normalised, trimmedBlanks } from './normalise.ts';
import { nullWordHint } from './null-word-hint.ts';
import { mustHaveValue, type Operand, type Rule } from './rule.ts';
import type { CellReading } from './slice-cells.ts';
import { typeRules } from './types/type-rules.ts';
import { cellValue } from './zoneless-moments.ts';

/** In the order in which a reason names one. */
const nameable = [
  'truncateText',
  'trimBlanks',
  'quotedEmptyIsNull',
  'booleanWords',
  'numberForms',
  'specialNumbers',
  'specialDates',
  'roundNumbers',
  'dropZone',
  'dateForms',
] as const satisfies readonly Leniency[];

/**
 * Text: what a reason says of the one leniency that would let this cell through, or of a word for NULL; NULL where none would,
 * or only two together. Hours that the zone's clocks jump over are not looked for. For rejects only: it judges the cell once a leniency.
 * @param among those that may help against the rule that refuses it: each costs its own SQL, a kilobyte or so.
 */
export function cellHint(cell: Sql, column: ContractColumn, reading: CellReading, among: readonly Leniency[]): Sql {
  const own = ownRules(column);
  const leniency = hint(column, reading.leniencies, among, (leniencies) => {
    const read = normalised(cell, column, leniencies);
    const sound = soundnessRules(column, { ...reading, leniencies }).map(({ breach }) => breach(read));
    const operand = { column: own, value: cellValue(read, column, reading), text: read, isNull: sql``, isFaulty: null };
    const types = breachesOf(typeRules(operand, { leniencies, timeZone: UTC }));
    return { read, refused: sound, breaches: [...sound, ...types] };
  });
  return sql`coalesce(${leniency}, ${nullWordHint(cell, column)})`;
}

/** The same for a value of the staging type that its column's own type refuses. */
export function typeHint(operand: Operand, reading: CellReading, among: readonly Leniency[]): Sql {
  const { column, value } = operand;
  if (column.isDomain) return sql`null`;
  const own = ownRules(column);
  const leniency = hint(column, reading.leniencies, among, (leniencies) => {
    const read = column.stagingType === 'text' ? normalised(value, column, leniencies) : value;
    const rules = typeRules({ ...operand, column: own, value: read }, { leniencies, timeZone: UTC });
    const breaches = breachesOf(rules);
    return { read, refused: breaches, breaches };
  });
  return column.stagingType === 'text' ? sql`coalesce(${leniency}, ${nullWordHint(value, column)})` : leniency;
}

/** Rules of one column, each with what to switch on where only the blanks around its text break it. */
export function withBlanksHint(
  rulesFor: (operand: Operand) => readonly Rule[],
  operand: Operand,
  leniencies: readonly Leniency[],
): readonly Rule[] {
  const rules = rulesFor(operand);
  if (leniencies.includes('trimBlanks') || operand.column.stagingType !== 'text') return rules;
  const trimmed = rulesFor({ ...operand, value: trimmedBlanks(operand.value) });
  return rules.map((rule, i) => ({
    ...rule,
    detail: sql`case when not (${trimmed[i]?.breach ?? sql`true`}) then ${takenBy('trimBlanks')} end`,
  }));
}

/** The end of a reason: what to switch on where such cells are meant. */
export function takenBy(leniency: Leniency): Sql {
  return literal(`leniency ${leniency} takes it`);
}

interface Judged {
  readonly read: Sql;
  /** What refuses the cell now: a leniency that changes none of it cannot help. */
  readonly refused: readonly Sql[];
  /** In order: one is asked only where those before it do not hold. */
  readonly breaches: readonly Sql[];
}

function hint(
  column: ContractColumn,
  leniencies: readonly Leniency[],
  among: readonly Leniency[],
  judgedWith: (leniencies: readonly Leniency[]) => Judged,
): Sql {
  const before = judgedWith(leniencies);
  const cases = nameable.flatMap((leniency) => {
    if (leniencies.includes(leniency) || !among.includes(leniency)) return [];
    const after = judgedWith([...leniencies, leniency]);
    if (leniency === 'quotedEmptyIsNull') {
      return mustHaveValue(column) ? [] : [sql`when ${after.read} is null then ${takenBy(leniency)}`];
    }
    const isSame = join([after.read, ...after.refused]).text === join([before.read, ...before.refused]).text;
    return isSame ? [] : [sql`when ${passes(after)} then ${takenBy(leniency)}`];
  });
  return cases.length === 0 ? sql`null` : sql`case ${join(cases, ' ')} end`;
}

function passes({ read, breaches }: Judged): Sql {
  const cases = breaches.map((breach) => sql`when ${breach} then false`);
  return sql`case when ${read} is null then true ${join(cases, ' ')} else true end`;
}

function breachesOf(rules: readonly Rule[]): readonly Sql[] {
  return rules.map(({ breach, bareBreach }) => bareBreach ?? breach);
}

/** Without what runs code of the target's owner, which could raise: domains, and input functions of types beyond pg_catalog. */
function ownRules(column: ContractColumn): ContractColumn {
  return { ...column, isDomain: false, judgedAsInput: column.judgedAsInput && !column.type.includes('.') };
}
