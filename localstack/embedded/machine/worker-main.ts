import { setImmediate } from 'node:timers/promises';
import { printableLines } from '../../../functions/core/printable.ts';
import { redact, secretsOf } from '../../../functions/core/redact.ts';
import { keepSessions } from '../../../functions/db/session/kept-sessions.ts';
import { type Call, checkPayload, InvocationError, type Reply } from './invocation.ts';

/**
 * An execution environment: a process that calls one handler at a time for its parent and keeps what the handler's
 * module set up (warm). It ends by itself when its parent is gone, however that ended.
 */
process.once('disconnect', () => process.exit(0));
process.on('message', (call: Call) => void answer(call));
// Node would print it with all its fields, raw
process.on('uncaughtException', (error) => {
  const line = { level: 'ERROR', message: 'uncaught', timestamp: new Date().toISOString(), pid: process.pid };
  write({ ...line, ...describe(error) });
  process.exit(1);
});

// it calls one handler at a time, each over one connection
keepSessions({ most: 1, milliseconds: 10_000 });

// arguments: handlers to load before the first call. One that cannot be loaded is reported by its first call
for (const handlerUrl of process.argv.slice(2)) {
  await moduleAt(handlerUrl).catch(() => undefined);
  // imports leave no room for messages between them: a call that waits goes before the next one
  await setImmediate();
}

interface Handler {
  readonly handler?: (event: unknown, context: object) => unknown;
}

async function answer(call: Call): Promise<void> {
  const started = performance.now();
  const outcome = await run(call).then(
    (result) => ({ result }),
    (error: unknown) => describe(error),
  );
  // maxRSS is in kilobytes on every system
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  log(call, {
    ...('result' in outcome ? {} : outcome),
    milliseconds: Math.round(performance.now() - started),
    peakRssBytes,
  });
  process.send?.({ ...outcome, peakRssBytes } satisfies Reply);
}

async function run(call: Call): Promise<string> {
  const module = await load(call);
  if (typeof module.handler !== 'function') {
    throw new InvocationError('Runtime.HandlerNotFound', `${call.handlerUrl} exports no function named handler`);
  }
  const result = marshal(await module.handler(JSON.parse(call.event), contextOf(call)), call);
  checkPayload(result, `the result of ${call.functionName}`);
  return result;
}

async function moduleAt(handlerUrl: string): Promise<Handler> {
  const [file = '', name] = handlerUrl.split('#');
  const loaded = (await import(file)) as Handler & Readonly<Record<string, Handler>>;
  return name === undefined ? loaded : (loaded[name] ?? {});
}

/** The module loader keeps what it loaded: the first call of a function pays, later ones are warm. */
async function load({ handlerUrl }: Call): Promise<Handler> {
  try {
    return await moduleAt(handlerUrl);
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    throw new InvocationError('Runtime.ImportModuleError', `${handlerUrl} cannot be loaded: ${message}`, lines(stack));
  }
}

/** As Lambda: nothing returned is null; what JSON cannot say is an error. */
function marshal(result: unknown, { functionName }: Call): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new InvocationError('Runtime.MarshalError', `the result of ${functionName} is not JSON: ${why}`);
  }
}

/** What Lambda gives as context, as far as handlers and their logger read it. */
function contextOf({ functionName, requestId, deadline, memoryMb }: Call): object {
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    memoryLimitInMB: String(memoryMb),
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/** errorType is the error's own name, a literal in all of ours; what is thrown and no Error is named by its type. */
function describe(error: unknown): { errorType: string; errorMessage: string; trace: readonly string[] } {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: redact(String(error)), trace: [] };
  const trace = error instanceof InvocationError ? error.trace : lines(error.stack);
  const known = secretsOf(process.env);
  const words = (text: string): string => redact(text, known);
  return { errorType: error.name, errorMessage: words(error.message), trace: trace.map(words) };
}

/** A stack beyond 20 lines tells nothing more, and it travels as Cause, whose size is limited. */
function lines(stack = ''): readonly string[] {
  return stack.split('\n').slice(0, 20);
}

/** One line an invocation, like Lambda's REPORT line; stderr is the log file. */
function log({ functionName, requestId }: Call, fields: Readonly<Record<string, unknown>>): void {
  const level = 'errorType' in fields ? 'ERROR' : 'INFO';
  const line = {
    level,
    message: 'invocation',
    timestamp: new Date().toISOString(),
    functionName,
    requestId,
    pid: process.pid,
  };
  write({ ...line, ...fields });
}

function write(line: Readonly<Record<string, unknown>>): void {
  process.stderr.write(printableLines(`${redact(JSON.stringify(line), secretsOf(process.env))}\n`));
}
