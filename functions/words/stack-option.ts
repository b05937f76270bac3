import { shellWord } from '../core/typed-again.ts';

/** What a command of a message has behind it, so that it works when typed: ` --stack NAME`, or nothing where `--stack` is given nothing. */
export function atStack(stack: string | null): string {
  return stack === null ? '' : ` --stack ${shellWord(stack)}`;
}
