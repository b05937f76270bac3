import type { LoadReport } from '../protocol/outcomes.ts';
import { isUnbalanced, needsForce } from '../protocol/passing-causes.ts';
import { answers } from './summary-lines/held-lines.ts';
import type { View } from './view.ts';

/** What to type after a load, by how it ended; none where there is nothing to do. */
export function nextLines(
  { outcome, code, counts, loadId, rejectsByCode, waits }: LoadReport,
  { command }: Pick<View, 'command'>,
): readonly string[] {
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
      return counts.rejected > 0 && loadId !== null
        ? hint(`${command(`rejects ${loadId}`)} shows the rejected records; correct what they say, then load again`)
        : hint('correct the file, the dataset or the table, then load again');
    case 'FAILED':
      if (isUnbalanced(code))
        return hint('find out why (docs/runbook.md#counts-do-not-balance); then --force compares every row again');
      return needsForce(code)
        ? hint('the same command with --force compares every row again, as a load of its own')
        : hint('run the same command again; it goes on where this load stopped');
    case 'LOADED': {
      if (counts.rejected === 0 || loadId === null) return [];
      const later =
        waits === undefined && rejectsByCode.some(({ code: broken }) => broken === 'FOREIGN_KEY')
          ? `; once the parents of FOREIGN_KEY are there, ${command(`retry ${loadId} --force`)} takes their children`
          : '';
      return hint(`${command(`rejects ${loadId}`)} shows the rejected records${later}`);
    }
    default:
      return [];
  }
}
