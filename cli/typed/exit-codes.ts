import type { Outcome } from '../../functions/protocol/outcomes.ts';

/** The public interface of the command: what a script reads. */
export const exitCode = {
  /** Loaded, already loaded, superseded, ignored, dry run passed. */
  done: 0,
  /** A technical failure. */
  failed: 1,
  /** The data was refused, or the load waits for an approval. */
  refused: 3,
  /** EX_USAGE of sysexits.h. */
  usage: 64,
  /** 128 + SIGINT, as shells count. */
  interrupted: 130,
} as const;

const codeOf: Readonly<Record<Outcome, number>> = {
  LOADED: exitCode.done,
  ALREADY_LOADED: exitCode.done,
  DRY_RUN: exitCode.done,
  SUPERSEDED: exitCode.done,
  IGNORED: exitCode.done,
  REJECTED: exitCode.refused,
  HELD: exitCode.refused,
  FAILED: exitCode.failed,
};

/** Of several loads a technical failure outweighs a refusal, and a refusal what went well. */
export function exitCodeOf(outcomes: readonly Outcome[]): number {
  const codes = new Set(outcomes.map((outcome) => codeOf[outcome]));
  if (codes.has(exitCode.failed)) return exitCode.failed;
  return codes.has(exitCode.refused) ? exitCode.refused : exitCode.done;
}
