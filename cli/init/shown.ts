import { printable } from '../../functions/core/printable.ts';
import { commandLine, type Context } from '../context.ts';
import type { Initialised } from './init.ts';
import { writtenDataset } from './written.ts';

/** Reasons as prose; what was made, and what to type now, as results. */
export function shownInit(said: Initialised, { out, err }: Pick<Context, 'out' | 'err'>): void {
  for (const { question, answer, why } of said.proposals)
    err(`${question.padEnd(14)}${answer}\n${' '.repeat(14)}${why}\n`);
  if (said.config !== null) err(`wrote ${said.config}: this folder is a project now\n`);
  err(`wrote ${printable(said.file)}:\n`);
  out(writtenDataset(said.dataset));
  if (said.ddl !== null) {
    err('its table is not there yet. Read this, and run it as the owner of the schema:\n');
    out(said.ddl);
  }
  err(`then try it: ${said.command}\nand load it:  ${commandLine('load')} ...\n`);
}
