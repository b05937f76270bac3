import { nameWithoutPacking } from '../../core/decoding/packed-name.ts';

/** Whether a name ends as one of these, or so and as packed files do: what is packed is loaded as what it holds. */
export function endsAs(name: string, suffixes: readonly string[]): boolean {
  return suffixes.some((suffix) => name.endsWith(suffix) || nameWithoutPacking(name).endsWith(suffix));
}
