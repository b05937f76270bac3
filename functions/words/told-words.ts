import {
  DATABASE_AWAY,
  LEASE_LOST,
  OTHERS_FIRST,
  RECONCILIATION_MISMATCH,
  STAGING_LOST,
  TRY_AGAIN,
} from '../protocol/errors.ts';
import type { LoadCode } from '../protocol/load-codes.ts';
import { atStack } from './stack-option.ts';

/**
 * Refusals whose words name objects, tables, loads and counts alone. Those of all others may quote the file: a name in its
 * header is a cell until it is known to be a name, because a file without a header begins with a record.
 */
const toldCodes: readonly LoadCode[] = [
  'OBJECT_GONE',
  'OBJECT_CHANGED',
  'OBJECT_DENIED',
  'OBJECT_ARCHIVED',
  'OBJECT_INVALID',
  'GZIP_CORRUPT',
  'ZSTD_CORRUPT',
  'ZSTD_UNREADABLE',
  'ZIP_CORRUPT',
  'PARQUET_CORRUPT',
  'PARQUET_UNREADABLE',
  'XLSX_CORRUPT',
  'XLSX_UNREADABLE',
  'DECODED_TOO_LARGE',
  'FOREIGN_BUCKET',
  'SQL_IN_REQUEST',
  'CONTRACT_CHANGED',
  'LEDGER_EDITED',
  'EXPRESSION_TOO_SLOW',
  'TOO_MANY_REJECTS',
  'TOO_FEW_RECORDS',
  'TOO_MANY_RECORDS',
  'NULL_SHARE',
  'TOO_MANY_DELETED',
  'NOTHING_TO_REPLACE_WITH',
  'RULE_BROKEN',
  'SUPERSEDED',
  'OLDER_THAN_MERGED',
  'CANCELLED',
  'TIMED_OUT',
  'DEADLINE_PASSED',
  'EXECUTION_LOST',
  'REPLACED',
  'RECONCILIATION_MISMATCH',
  'LEDGER_UNTRUSTED',
  'SERVER_UNFIT',
];

const told: ReadonlySet<string> = new Set([
  ...toldCodes,
  TRY_AGAIN,
  DATABASE_AWAY,
  OTHERS_FIRST,
  STAGING_LOST,
  LEASE_LOST,
  RECONCILIATION_MISMATCH,
]);

/** Lambda's and Step Functions' own errors. */
const platform = /^(Lambda|Sandbox|Runtime|States)\./;

/**
 * Whether the words of a failure of this code hold no content of a file, so that logs, histories and mails may have them.
 * All other words are in the ledger, in report.json and on the terminal only.
 */
export function wordsMayBeTold(code: string): boolean {
  return told.has(code) || platform.test(code);
}

/** Where words are that are told nowhere else. `stack`: what `--stack` is given. */
export function wordsInLedger(loadId: number, stack: string | null): string {
  return `Its words are in the ledger: landfall explain ${loadId}${atStack(stack)}`;
}
