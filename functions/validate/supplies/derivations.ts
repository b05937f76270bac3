import type { Contract } from '../../core/contract.ts';
import { join, sql, type Sql } from '../../core/sql.ts';
import { isLineage, suppliedColumns } from '../../core/supplies/supplied.ts';
import { guardedOperands, type TargetFacts } from '../judging/judgement.ts';
import type { Relation } from '../judging/relations.ts';
import { mayQuoteHidden } from '../rules/hidden.ts';
import { castToTarget } from '../rules/rows/row-rules.ts';
import { anyOf, type Operand, type Rule } from '../rules/rule.ts';
import type { SliceCells } from '../rules/slice-cells.ts';
import { deriveFunction, type Derivation, type Expression, isUnderived, raisedWords } from './derive-sql.ts';

/** A slice, and what the catalogue says of its target. */
export interface Deriving {
  readonly cells: SliceCells;
  readonly facts: TargetFacts;
}

/** The expressions of the dataset as values of the records of a typed half: none is asked of a record of which a cell cannot be read. */
export function derivationsOf(
  relation: Relation,
  contract: Contract,
  { cells, facts }: Deriving,
): readonly Derivation[] {
  const operandOf = guardedOperands(relation, contract, facts);
  return expressionsOf(contract).map(({ column, read }, i) => {
    const operands = read.map(({ name }) => operandOf(name));
    const isUnread = anyOf(operands.flatMap((operand) => operand?.isUncastable ?? []));
    // of JSON lines no record may have named a column
    const given = operands.map((operand) => (operand === undefined ? sql`null` : castToTarget(operand)));
    const value = sql`${deriveFunction(cells.loadId, cells.slice, i)}(${join(given)})`;
    return {
      column,
      value: isUnread === null ? value : sql`case when ${isUnread} then null else ${value} end`,
      isUnread,
    };
  });
}

/** The expressions of the dataset, in the order in which its positions count. */
export function expressionsOf(contract: Contract): readonly Expression[] {
  const byName = new Map(contract.columns.map((column) => [column.name, column]));
  return suppliedColumns(contract).flatMap((column) => {
    const { supplied } = column;
    if (!('derive' in supplied)) return [];
    return [{ column, expression: supplied.derive, read: supplied.columns.flatMap((name) => byName.get(name) ?? []) }];
  });
}

/** Whether some expression reads a column that says where its record came from. */
export function derivesFromLineage(contract: Contract): boolean {
  return expressionsOf(contract).some(({ read }) => read.some(isLineage));
}

/** What an expression did not come to is no empty cell, and what it raised is a reason. */
export function withUnderived(relation: Relation, derivations: readonly Derivation[]): Relation {
  const positions = new Map(derivations.map(({ column }, i) => [column.name, i]));
  const isHidden = mayQuoteHidden(relation.operands);
  return {
    ...relation,
    operands: relation.operands.map((operand) => {
      const position = positions.get(operand.column.name);
      return position === undefined ? operand : withoutValue(operand, isUnderived(relation, position, false));
    }),
    cellRules: [
      ...relation.cellRules,
      ...derivations.map(
        ({ column: { name } }, i): Rule => ({
          code: 'DERIVE_ERROR',
          column: name,
          breach: isUnderived(relation, i, true),
          value: null,
          before: `${name}: `,
          after: 'its expression raised an error on the record',
          detail: raisedWords(relation, i, isHidden),
        }),
      ),
    ],
  };
}

function withoutValue(operand: Operand, isFaulty: Sql): Operand {
  return { ...operand, isFaulty, isNull: sql`(${operand.isNull} and not ${isFaulty})` };
}
