import { sqlIdent } from '../../core/typed-again.ts';
import { plural } from '../../words/quantities.ts';
import { seenSignal } from '../signal.ts';
import { type Archive, archiveOfServer } from './archive-sql.ts';

/** 42 segments, GitLab's number (lib/gitlab/database/health_status/indicators/write_ahead_log.rb): 688 MB that a point in time recovery lacks, and that fill the disk. */
const mostWaiting = 42;
const slowFrom = mostWaiting / 2;
/** 5 GB: the archive does not take anything. */
const criticalFrom = 8 * mostWaiting;

/** WAL that waits to be archived. */
export const archive = seenSignal<Archive>({
  name: 'archive',
  expression: (_asked, { archives, listsArchive }) => (archives ? archiveOfServer(listsArchive) : null),
  judge(seen, { server }) {
    const waiting = waitingSegments(seen);
    if (waiting === null) {
      const grant = `grant pg_monitor to ${sqlIdent(server.role)};`;
      const figure = `nothing was archived since the statistics began, and the role may not list what waits: ${grant}`;
      return [{ signal: 'archive', health: 'unknown', figure, grant }];
    }
    const fails = seen.failing === null ? '' : ', and the last try failed';
    return [
      {
        signal: 'archive',
        health: waiting > mostWaiting ? 'stop' : waiting > slowFrom ? 'slow' : 'normal',
        figure: `${plural(waiting, 'segment')} of WAL to be archived${fails} (limit ${mostWaiting})`,
        headroomBytes: Math.max(0, mostWaiting - waiting) * seen.segmentBytes,
        ...(waiting > criticalFrom && { isCritical: true as const }),
      },
    ];
  },
});

/** Where they may not be listed, by their numbers: what the archiver fails at is the oldest that waits. */
function waitingSegments({ current, segmentBytes, lastArchived, failing, ready }: Archive): number | null {
  if (ready !== null) return ready;
  const now = segmentNumber(current, segmentBytes);
  const oldest = segmentNumber(failing, segmentBytes);
  const last = segmentNumber(lastArchived, segmentBytes);
  if (now === null || (oldest === null && last === null)) return null;
  return Math.max(0, now - (oldest ?? (last ?? 0) + 1));
}

/** Of a file of WAL: 8 digits of its timeline, 8 of 4 GB, 8 of the segment in it. Null: a history file, or nothing. */
function segmentNumber(file: string | null, segmentBytes: number): number | null {
  const [, high, low] = /^[0-9A-F]{8}([0-9A-F]{8})([0-9A-F]{8})/.exec(file ?? '') ?? [];
  if (high === undefined || low === undefined) return null;
  return Number.parseInt(high, 16) * (2 ** 32 / segmentBytes) + Number.parseInt(low, 16);
}
