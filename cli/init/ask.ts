import { createInterface, type Interface } from 'node:readline';
import { once } from 'node:events';
import { printable } from '../../functions/core/printable.ts';
import type { Context } from '../context.ts';
import { CommandError, UsageError } from '../typed/usage.ts';

/** One question, with the answer that is proposed. */
export interface Question {
  readonly question: string;
  /** The option that answers it beforehand. */
  readonly option: string;
  /** Null: nothing can be proposed. */
  readonly proposal: string | null;
  readonly why: string;
  /** What is wrong with an answer; null: nothing. */
  readonly problem?: (answer: string) => string | null;
}

/** Asks a person, or nobody: then the proposal is the answer. */
export interface Asker {
  /** @throws UsageError where nobody is asked and nothing can be proposed, or what was proposed is wrong */
  ask(question: Question): Promise<string>;
  /** Whether it is to be written; nobody: yes. */
  confirm(question: string): Promise<boolean>;
  close(): void;
}

/** A person is asked on a terminal only, on stderr: stdout has the results. */
export function askerOf({ stdin, err, terminalColumns, signal }: Context, isSilent: boolean): Asker {
  const input = isSilent || terminalColumns() === null ? null : (stdin?.() ?? null);
  if (input === null || input.isTTY !== true) return nobody;
  const lines = createInterface({ input });
  return person(lines, err, signal);
}

const nobody: Asker = {
  async ask({ question, option, proposal, why, problem }) {
    if (proposal === null) throw new UsageError([`${question}? ${why} Say it with ${option}`]);
    const wrong = problem?.(proposal) ?? null;
    if (wrong !== null) throw new UsageError([`${option}: ${wrong}`]);
    return proposal;
  },
  confirm: async () => true,
  close: () => undefined,
};

function person(lines: Interface, err: Context['err'], signal: AbortSignal): Asker {
  const typed = typedLines(lines, signal);
  const answered = async (prompt: string): Promise<string> => {
    err(prompt);
    return (await typed()).trim();
  };
  return {
    async ask({ question, proposal, why, problem }) {
      err(`\n${question}?\n  ${printable(why)}\n`);
      for (;;) {
        const line = await answered(proposal === null ? '  > ' : `  [${printable(proposal)}] > `);
        const answer = line === '' ? proposal : line;
        const wrong = answer === null ? 'an answer is needed' : (problem?.(answer) ?? null);
        if (answer !== null && wrong === null) return answer;
        err(`  ${printable(wrong ?? '')}\n`);
      }
    },
    async confirm(question) {
      return !/^n/i.test(await answered(`\n${question} [yes] > `));
    },
    close: () => lines.close(),
  };
}

/**
 * Each line once, those too that were typed or pasted before they were asked for.
 * @throws CommandError where no more come (Ctrl-D), or the signal's reason
 */
function typedLines(lines: Interface, signal: AbortSignal): () => Promise<string> {
  const waiting: string[] = [];
  let isOver = false;
  lines.on('line', (line) => waiting.push(line));
  lines.on('close', () => (isOver = true));
  return async () => {
    while (waiting.length === 0) {
      signal.throwIfAborted();
      if (isOver)
        throw new CommandError(
          'the answers ended before the questions. Nothing was written. --yes takes what is proposed',
        );
      const next = new AbortController();
      const either = AbortSignal.any([signal, next.signal]);
      await Promise.race([once(lines, 'line', { signal: either }), once(lines, 'close', { signal: either })]).finally(
        () => next.abort(),
      );
    }
    return waiting.shift() ?? '';
  };
}
