import { documentLine } from '../output/documents.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import type { Context } from '../context.ts';
import { namedDatabase } from '../database/database.ts';
import { refuseForeignFile } from '../typed/foreign-file.ts';
import { exitCode } from '../typed/exit-codes.ts';
import { loadEach } from './load-each.ts';
import { loadOne } from './load-one.ts';
import { noView } from './progress.ts';
import { askHere, operateVerbOf, type Question, viewOf } from '../operating/operator.ts';
import { withLoadSession } from './session.ts';
import type { Arguments } from '../typed/usage.ts';

/**
 * A verb that starts loads, on this machine: what it would start on a stack is loaded by this command, one after the
 * other, as `landfall load` would. The verb's own answer is prose here, and the reports are the result.
 */
export async function loadHere(question: Question, { values, flags }: Arguments, context: Context): Promise<number> {
  const database = namedDatabase(values['database-url'], context);
  return await withLoadSession(database, context, { small: false }, async (session) => {
    const requests: LoadRequest[] = [];
    const { connect, target } = session;
    const executions = {
      start: async (request: LoadRequest) => {
        if (!['backfill', 'replay', 'decline'].includes(question.verb))
          await connect((db) => refuseForeignFile(db, request));
        return `this command, load ${requests.push(request)}`;
      },
      stop: () => Promise.reject(new Error('this command stops no load')),
      lookAt: () => Promise.resolve(null),
    };
    const followLinks = flags.has('follow-links');
    const answer = await connect((db) => askHere(question, { db, target, executions, followLinks }, context));
    const json = flags.has('json');
    const { show } = await operateVerbOf(question.verb);
    const view = viewOf(context, { databaseUrl: values['database-url'] });
    const tellAnswer = (): void =>
      json ? context.out(documentLine(answer as object)) : context.show(show(answer, view));
    if (question.verb === 'decline') {
      tellAnswer();
      for (const request of requests) await loadOne(request, session, noView);
      return exitCode.done;
    }
    if (question.verb === 'approve' && requests.length === 0) tellAnswer();
    // of one load its report says all there is
    else if (requests.length !== 1 || !['retry', 'approve', 'replay'].includes(question.verb))
      context.err(show(answer, view));
    if (requests.length === 0 && question.verb === 'replay' && json) context.out(documentLine(answer as object));
    return await loadEach(requests, session, { ...context, json, databaseUrl: values['database-url'] });
  });
}
