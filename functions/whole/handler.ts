import { inOneCallInput, inOneCallOutput } from '../protocol/states.ts';
import type { LambdaContext } from '../runtime/lambda-step.ts';
import { handler as extract } from '../extract/handler.ts';
import { handler as merge } from '../merge/handler.ts';
import { handler as report } from '../report/handler.ts';
import { handler as stage } from '../stage/handler.ts';
import { handler as transform } from '../transform/handler.ts';
import { handler as validate } from '../validate/handler.ts';
import { inOneCall } from './in-one-call.ts';

/** The Lambda: a small load from Register to Report in one call, by the handlers of the steps themselves. */
export const handler = async (event: unknown, context: LambdaContext): Promise<unknown> =>
  inOneCallOutput.parse(
    await inOneCall(inOneCallInput.parse(event), {
      handlers: { extract, stage, validate, transform, merge, report },
      context,
    }),
  );
