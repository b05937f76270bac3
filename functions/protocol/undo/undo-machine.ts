import type { FunctionName } from '../pipeline.ts';
import { retriedTask, type StateMachineDefinition } from '../state-machine.ts';

/**
 * The state machine of an undo as data (ASL, JSONPath), over the same function that merges: it takes the load's table, undoes chunk after chunk
 * of its journal, and waits in between where others come first; in the end the load's report says so. One that ended early is begun anew and goes on.
 */
export function undoMachine(functionArn: (name: FunctionName) => string): StateMachineDefinition {
  const task = retriedTask(functionArn);
  const attempt = { 'loadId.$': '$.loadId', 'attempt.$': '$.attempt' };
  return {
    Comment: 'Landfall: takes a load back, from the journal of what its rows were.',
    StartAt: 'BeginUndo',
    States: {
      BeginUndo: task(
        'merge',
        {
          state: 'BeginUndo',
          ...attempt,
          'execution.$': '$$.Execution.Id',
          'executionStartedAt.$': '$$.Execution.StartTime',
        },
        { Next: 'UndoBegun' },
      ),
      UndoBegun: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.decision', StringEquals: 'proceed', Next: 'UndoRows' },
          { Variable: '$.decision', StringEquals: 'wait', Next: 'WaitForTable' },
          { Variable: '$.decision', StringEquals: 'report', Next: 'ReportUndone' },
        ],
        Default: 'Done',
      },
      WaitForTable: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'BeginUndo' },
      UndoRows: task('merge', { state: 'UndoRows', ...attempt }, { Next: 'RowsUndone' }),
      RowsUndone: {
        Type: 'Choice',
        Choices: [{ Variable: '$.decision', StringEquals: 'done', Next: 'FinishUndo' }],
        Default: 'WaitToUndo',
      },
      WaitToUndo: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'UndoRows' },
      FinishUndo: task('merge', { state: 'FinishUndo', ...attempt }, { Next: 'ReportUndone' }),
      ReportUndone: task('report', { state: 'ReportUndone', ...attempt }, { Next: 'Done' }),
      Done: { Type: 'Succeed' },
    },
  };
}
