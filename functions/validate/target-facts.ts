import type { Contract } from '../core/contract.ts';
import { trustedSql } from '../core/sql.ts';
import { type Db, many } from '../db/client.ts';
import { selectCollations, selectForeignKeyOperators } from './catalogue-sql.ts';
import type { TargetFacts } from './judgement.ts';

/** Asks the catalogue what the contract does not carry; nothing where no CHECK or foreign key needs it. */
export async function readTargetFacts(db: Db, { target, checks, foreignKeys }: Contract): Promise<TargetFacts> {
  const operators =
    foreignKeys.length === 0
      ? []
      : await many<{ name: string; operators: string[] }>(db, selectForeignKeyOperators(target.oid));
  const collations =
    checks.length === 0 ? [] : await many<{ name: string; collation: string }>(db, selectCollations(target.oid));
  const operatorsByName = new Map(operators.map((row) => [row.name, row.operators.map(trustedSql)] as const));
  return {
    operatorsOf: (foreignKey) => operatorsByName.get(foreignKey) ?? [],
    collations: new Map(collations.map(({ name, collation }) => [name, trustedSql(collation)] as const)),
  };
}
