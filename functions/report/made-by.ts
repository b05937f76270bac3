import type { Db } from '../db/client.ts';
import { serverKind } from '../db/server/fit-server.ts';
import type { LoadReport } from '../protocol/outcomes.ts';

/** What makes a report: the stack, null for a command, and the version of Landfall where it is known. */
export interface Maker {
  readonly stack: string | null;
  readonly version: string | null;
}

/** What report.json and the foot of the page say of it; nothing else of them depends on it. */
export function madeBy(db: Db, { stack, version }: Maker): NonNullable<LoadReport['madeBy']> {
  return {
    landfall: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    postgresql: serverKind(db)?.version ?? null,
    stack,
  };
}
