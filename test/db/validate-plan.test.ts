import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { typedTable } from '../../functions/core/staging.ts';
import { contractFor } from '../../functions/contract/contract-for.ts';
import { defineDataset } from '../../functions/compile/declaration/schema.ts';
import { type Db, execute, one, transaction, withClient } from '../../functions/db/client.ts';
import { createTyped } from '../../functions/stage/sql.ts';
import { breachingRecords } from '../../functions/validate/judging/judge-sql.ts';
import { judgementOf, rulesOf } from '../../functions/validate/judging/judgement.ts';
import { typedRelation } from '../../functions/validate/judging/relations.ts';
import { withTargetFacts } from '../../functions/validate/judging/target-facts.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { outside } from '../support/outside.ts';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Parent Relationship'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Node types of the scan over all records; what runs for breaching records only is left out. */
function nodeTypes(node: PlanNode): string[] {
  const inner = (node.Plans ?? []).filter((child) => child['Parent Relationship'] !== 'SubPlan');
  return [node['Node Type'], ...inner.flatMap(nodeTypes)];
}

describe('the plan that judges typed staging', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase({ ledger: true });
  });
  afterAll(() => database.drop());

  const planOf = async (db: Db, columns: string): Promise<string[]> => {
    await execute(db, sql`drop table if exists public.t`);
    await execute(db, sql`create table public.t (id integer primary key, parent bigint, ${trustedSql(columns)})`);
    return await transaction(db, { workMemMb: 64 }, async () => {
      const contract = await contractFor(
        db,
        defineDataset({ name: 't', prefix: 't/', table: 'public.t', key: ['id'] }),
      );
      const relation = {
        loadId: 1,
        slice: 0,
        fileColumns: contract.columns.map((column) => ({ header: column.name, column })),
        supplied: [],
        leniencies: [],
        timeZone: 'UTC',
        startedAt: new Date(),
      };
      await execute(db, createTyped(1, 0, relation.fileColumns));
      await execute(
        db,
        sql`insert into ${typedTable(1, 0)} ("landfall record_no", "landfall byte_offset", id, parent) select n, n, n, n % 20000 from generate_series(1, 50000) as n`,
      );
      const plan = await withTargetFacts(db, contract, relation, async (facts) => {
        const judgement = judgementOf(typedRelation(relation), contract, facts);
        expect(rulesOf(judgement).length).toBeGreaterThan(0);
        const statement = breachingRecords(judgement, ['record_no', 'byte_offset'], null);
        if (statement === null) throw new Error('nothing is judged');
        return await one<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(db, sql`explain (format json) ${statement}`);
      });
      await execute(db, sql`drop table ${typedTable(1, 0)}`);
      return plan['QUERY PLAN'].flatMap((each) => nodeTypes(each.Plan));
    });
  };

  test('is one scan, and hashes the parent of a foreign key also where neither side has statistics', async () => {
    await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
      await execute(db, sql`create table public.parent (id bigint primary key)`);
      // vacuumed while it was empty: its statistics say that it has no row
      await outside(db, sql`vacuum public.parent`);
      await execute(db, sql`insert into public.parent select n from generate_series(1, 20000) as n`);
      const plan = await planOf(
        db,
        'amount numeric(5,2) check (amount > 0), foreign key (parent) references public.parent',
      );
      expect(plan).toEqual(['Hash Join', 'Seq Scan', 'Hash', 'Seq Scan']);
      expect(await planOf(db, 'amount numeric(5,2) not null check (amount > 0)')).toEqual(['Seq Scan']);
    });
  });
});
