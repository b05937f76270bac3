import { appendFileSync } from 'node:fs';
import pg from 'pg';

/**
 * Where LANDFALL_RECORD names a file, every statement over the ledger alone is written into it, a line of JSON each: what
 * test/db/previous-release.test.ts prepares on the ledgers of later versions (functions/migrate/README.md says when). Staging
 * and targets are a load's own: their statements are of one version only.
 */
const file = process.env['LANDFALL_RECORD'];
// once in a process, however many test files it runs
if (file !== undefined && pg.Client.prototype.query.name !== 'record') {
  const query = pg.Client.prototype.query as (this: pg.Client, ...inputs: unknown[]) => unknown;
  pg.Client.prototype.query = function record(this: pg.Client, ...inputs: unknown[]): unknown {
    const [input] = inputs;
    const text = typeof input === 'string' ? input : '';
    if (isOfLedger(text)) appendFileSync(file, `${JSON.stringify(text.replaceAll(/\s+/gu, ' ').trim())}\n`);
    return query.apply(this, inputs);
  } as typeof pg.Client.prototype.query;
}

function isOfLedger(text: string): boolean {
  return (
    /\blandfall\./u.test(text) &&
    !/landfall_staging|public\./u.test(text) &&
    /^\s*(?:with|select|insert|update|delete)\b/u.test(text)
  );
}
