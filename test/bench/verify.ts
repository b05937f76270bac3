import { nothingCounted } from '../../functions/core/dispositions.ts';
import type { Counts, LoadReport } from '../../functions/protocol/outcomes.ts';
import type { Content } from './databases.ts';

/** Somebody ended with other rows than it should: no figure of this run means anything. */
export class WrongResult extends Error {
  override readonly name = 'WrongResult';
}

/** The load's own account, to the row. Counts that are not named must be 0. */
export function expectReport(
  what: string,
  report: LoadReport,
  outcome: LoadReport['outcome'],
  counts: Partial<Counts>,
): void {
  const found = JSON.stringify({ outcome: report.outcome, ...nothingCounted, ...report.counts });
  const expected = JSON.stringify({ outcome, ...nothingCounted, ...counts });
  if (found !== expected) {
    const why = [report.code, report.message].filter(Boolean).join(': ');
    throw new WrongResult(`${what}: the report says ${found}, it must be ${expected}${why === '' ? '' : ` (${why})`}`);
  }
}

/** The target's rows, as the file has them and as every contestant before had them. */
export function expectContent(
  what: string,
  found: Content,
  expected: { rows: number; checksum?: string | undefined },
): void {
  if (found.rows !== expected.rows) {
    throw new WrongResult(`${what}: the target holds ${found.rows} rows, it must be ${expected.rows}`);
  }
  if (expected.checksum !== undefined && found.checksum !== expected.checksum) {
    throw new WrongResult(
      `${what}: the checksum over the target's rows is ${found.checksum}, the contestants before had ${expected.checksum}`,
    );
  }
}
