import type { LoadCode } from '../protocol/load-codes.ts';
import type { LoadReport } from '../protocol/outcomes.ts';
import { isUnbalanced, needsForce } from '../protocol/passing-causes.ts';
import { answers } from './summary-lines/held-lines.ts';
import type { View } from './view.ts';

/** What to type after a load, by how it ended; none where there is nothing to do. */
export function nextLines(report: LoadReport, { command }: Pick<View, 'command'>): readonly string[] {
  const { outcome, code, counts, loadId, undone } = report;
  const hint = (text: string): readonly string[] => [`  next        ${text}`];
  if (code === 'OLDER_THAN_MERGED') return hint('nothing; or the same command with --force, over what is newer');
  switch (outcome) {
    case 'DRY_RUN':
      return hint(
        counts.rejected > 0 && loadId !== null
          ? `${command(`rejects ${loadId}`)} shows the rejected records; the same command without --dry-run loads the others`
          : 'the same command without --dry-run loads it',
      );
    case 'HELD':
      return hint(answers(loadId, command));
    case 'ALREADY_LOADED':
      return hint('--force loads it again');
    case 'REJECTED':
      return counts.rejected > 0 && loadId !== null && judgesRecords(code)
        ? hint(`${command(`rejects ${loadId}`)} shows the rejected records; correct what they say, then load again`)
        : hint('correct the file, the dataset or the table, then load again');
    case 'FAILED':
      if (isUnbalanced(code))
        return hint('find out why (docs/runbook.md#counts-do-not-balance); then --force compares every row again');
      return needsForce(code)
        ? hint('the same command with --force compares every row again, as a load of its own')
        : hint('run the same command again; it goes on where this load stopped');
    case 'LOADED':
      if (undone !== undefined) return hint(undoneHint(report, command));
      return counts.rejected === 0 || loadId === null
        ? []
        : hint(`${command(`rejects ${loadId}`)} shows the rejected records${laterLine(report, command)}`);
    default:
      return [];
  }
}

/** What takes children once their parents came, where none waits by itself: what came after their load stays. */
function laterLine({ loadId, rejectsByCode, rejects, replay, waits }: LoadReport, command: View['command']): string {
  if (waits !== undefined || rejects?.open === 0) return '';
  if (!rejectsByCode.some(({ code }) => code === 'FOREIGN_KEY')) return '';
  const again = command(`replay ${replay?.of ?? loadId} --code FOREIGN_KEY`);
  return `; once the parents of FOREIGN_KEY are there, ${again} takes their children`;
}

/** Whether a refusal is of what the gate, or a person, made of the records; else they are not why. */
function judgesRecords(code: string | undefined): boolean {
  return code !== undefined && ofRecords.has(code);
}

const ofRecords: ReadonlySet<string> = new Set([
  'TOO_MANY_REJECTS',
  'RULE_BROKEN',
  'NOTHING_ACCEPTED',
  'DECLINED',
  'TOO_FEW_RECORDS',
  'TOO_MANY_RECORDS',
  'TOO_MANY_DELETED',
  'NOTHING_TO_REPLACE_WITH',
  'NULL_SHARE',
  'TOO_MANY_UPDATED',
  'TOO_MANY_TURNED_NULL',
  'CONTROL_TOTALS',
] satisfies readonly LoadCode[]);

function undoneHint({ loadId, undone }: LoadReport, command: View['command']): string {
  if (undone === undefined || undone.at === null)
    return undone?.stopped === undefined
      ? `${command(`undo ${loadId} --kept`)} shows how far its undo is`
      : `${command(`undo ${loadId}`)} goes on where its undo stopped`;
  const again = 'the same file may be loaded again, without --force';
  return undone.kept > 0 ? `${command(`undo ${loadId} --kept`)} shows the rows that stay; ${again}` : again;
}
