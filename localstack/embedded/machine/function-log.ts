import { appendFileSync, closeSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { printableLines } from '../../../functions/core/printable.ts';
import type { InvocationError } from './invocation.ts';
import { rotateLog } from '../server/log-file.ts';
import { openLog } from '../server/own-files.ts';

/** Where functions write: every line of theirs, one line an invocation (worker-main.ts), one for a process that ended. */
export interface FunctionLog {
  /** For the processes' stdout and stderr; null: they go nowhere. */
  readonly descriptor: number | null;
  /** A process that was ended cannot write its own line. */
  ended(call: { functionName: string; requestId: string; pid: number; error: InvocationError }): void;
  close(): void;
}

/** Appends to the file, which several commands may share: lines are written whole. */
export function openFunctionLog(logFile: string | undefined): FunctionLog {
  let descriptor = logFile === undefined ? null : openForAppend(logFile);
  return {
    get descriptor() {
      return descriptor;
    },
    ended({ error, ...call }) {
      if (descriptor === null) return;
      const line = { level: 'ERROR', message: 'invocation', timestamp: new Date().toISOString(), ...call };
      appendFileSync(
        descriptor,
        printableLines(`${JSON.stringify({ ...line, errorType: error.name, errorMessage: error.message })}\n`),
      );
    },
    close() {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}

function openForAppend(logFile: string): number {
  mkdirSync(dirname(logFile), { recursive: true });
  rotateLog(logFile);
  // rows never reach a log, but keys and file names do
  return openLog(logFile);
}
