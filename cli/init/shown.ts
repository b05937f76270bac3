import { printable } from '../../functions/core/printable.ts';
import type { Context } from '../context.ts';
import type { Initialised } from './initialised.ts';
import { writtenDataset } from './written.ts';

/** Reasons as prose; what was made as results. */
export function shownInit(said: Initialised, { out, show, err }: Pick<Context, 'out' | 'show' | 'err'>): void {
  const width = Math.max(...said.proposals.map(({ question }) => question.length)) + 2;
  for (const { question, answer, why } of said.proposals)
    err(`${question.padEnd(width)}${printable(answer)}\n${' '.repeat(width)}${printable(why)}\n`);
  if (said.config !== null) err(`wrote ${printable(said.config)}, so that this folder is a project\n`);
  err(`wrote ${printable(said.file)}\n`);
  show(writtenDataset(said.dataset));
  if (said.ddl !== null) {
    err('There is no such table yet. Read these statements, and run them as whoever owns the schema:\n');
    out(said.ddl);
  }
  err(`next  ${said.command}\n      the same without --dry-run loads it\n`);
}
