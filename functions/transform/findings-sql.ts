import { join, sql, type Sql } from '../core/sql.ts';
import { lineTable, losersTable, vanishingTable, verdictsTable } from '../core/staging.ts';
import { classesTable } from './diff/changes-sql.ts';
import { kinTable } from './kin/kin-sql.ts';
import { lostTable } from './kin/lost-sql.ts';
import { refusedTable } from './kin/refused-sql.ts';
import { tiesTable } from './kin/ties-sql.ts';

/** What an earlier run found of a load, all of it in one statement; harmless where there is none. */
export function dropFindings(loadId: number): Sql {
  const tables = [
    verdictsTable,
    kinTable,
    tiesTable,
    refusedTable,
    lostTable,
    losersTable,
    vanishingTable,
    classesTable,
    lineTable,
  ];
  return sql`drop table if exists ${join(tables.map((table) => table(loadId)))}`;
}
