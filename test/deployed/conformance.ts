import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stateMachine } from '../../functions/protocol/state-machine.ts';
import { ident, sql, trustedSql } from '../../functions/core/sql.ts';
import { execute, withClient } from '../../functions/db/client.ts';
import { readLoadReport } from '../../functions/ledger/loads/summary.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { packageFolder } from '../../project/own-package.ts';
import { environmentFor } from '../../localstack/deploy/clients.ts';
import { createPool, type Pool } from '../../localstack/embedded/machine/pool.ts';
import { causeMessage } from '../../functions/words/cause-message.ts';
import { createRunner, localFunctionArn } from '../../localstack/embedded/machine/runner.ts';
import { databaseUrl } from '../support/database-url.ts';
import { ownAccount } from './world/account.ts';
import { conformanceCases, conformanceTable, intoTable } from './conformance-cases.ts';
import type { World } from './world/world.ts';
import { outside } from '../support/outside.ts';

/** What both sides must agree on: all but numbers that the ledger gives out, places and times. */
interface Told {
  readonly status: string;
  readonly outcome: string | null;
  readonly error?: string | undefined;
  readonly report?: unknown;
}

/** The same definition over the same objects: on this machine's runner, and deployed. */
export function conformance(world: () => World): void {
  describe('the embedded runner and the deployed state machine agree on', () => {
    const name = 'landfall_embedded_side';
    let pool: Pool;
    let bucket: string;
    let embeddedUrl: string;

    beforeAll(async () => {
      const { databaseUrl: deployedUrl, endpoint, run } = world();
      bucket = await world().bucket({ versioned: true });
      embeddedUrl = databaseUrl(deployedUrl, name);
      await administrate(sql`create database ${ident(name)} template template0 encoding 'UTF8'`);
      await run(conformanceTable);
      await withClient({ connectionString: embeddedUrl, applicationName: 'test' }, async (db) => {
        await migrate(db);
        await execute(db, trustedSql(conformanceTable));
      });
      pool = createPool({
        size: 2,
        functionsDirectory: join(packageFolder, 'functions'),
        env: {
          ...(environmentFor({ endpoint, ...ownAccount }, {}) as Record<string, string>),
          DATABASE_URL: embeddedUrl,
          LANDFALL_REPORTS: `s3://${bucket}/reports`,
        },
      });
    });
    afterAll(async () => {
      await pool.close();
      await administrate(sql`drop database if exists ${ident(name)} with (force)`);
    });

    test.each(conformanceCases)('$name', async ({ name: of, file, sameAs, request = {}, inserts }) => {
      const key = `${sameAs ?? of}.csv`;
      if (file !== null) await world().put(bucket, key, file);
      const input = { bucket, key, ...intoTable, ...request };
      const deployed = await deployedSide(input);
      expect(await embeddedSide(input)).toEqual(deployed);
      expect(deployed.status).toBe(request['colour'] === undefined ? 'SUCCEEDED' : 'FAILED');
      if (inserts === undefined) return;
      const counts = { records: 2, inserted: inserts, unchanged: 2 - inserts };
      expect(deployed).toMatchObject({ outcome: 'LOADED', report: { counts } });
    });

    async function deployedSide(input: object): Promise<Told> {
      const { status, output, error, cause } = await world().execute(input);
      if (output === null) return { status, outcome: null, error: `${error}: ${causeMessage(cause ?? '')}` };
      return {
        status,
        outcome: output.outcome,
        report: output.loadId === null ? null : told(await world().report(output.loadId)),
      };
    }

    async function embeddedSide(input: object): Promise<Told> {
      const runner = createRunner({ pool, definition: stateMachine(localFunctionArn) });
      const result = await runner.start(input).result;
      if (result.status === 'ABORTED') throw new Error('the embedded execution was aborted');
      if (result.status === 'FAILED') {
        return { status: 'FAILED', outcome: null, error: `${result.error}: ${causeMessage(result.cause)}` };
      }
      const { loadId, outcome } = result.output as { loadId: number | null; outcome: string };
      if (loadId === null) return { status: result.status, outcome, report: null };
      const report = await withClient({ connectionString: embeddedUrl, applicationName: 'test' }, (db) =>
        readLoadReport(db, loadId),
      );
      return { status: result.status, outcome, report: told(report) };
    }

    async function administrate(statement: ReturnType<typeof sql>): Promise<void> {
      await withClient({ connectionString: world().databaseUrl, applicationName: 'test' }, (db) =>
        outside(db, statement),
      );
    }
  });
}

/** Numbers in messages are of loads and tables, which each side counts for itself. */
function told(report: Awaited<ReturnType<typeof readLoadReport>>): unknown {
  const {
    loadId: _id,
    milliseconds: _ms,
    governor: _,
    reportPath: _report,
    pagePath: _page,
    rejectsPath: _rejects,
    ...same
  } = report;
  const { message, ...rest } = same;
  return { ...rest, message: message?.replaceAll(/\d+/gu, 'N') };
}
