/** The part of the package that runs in this process, without a program of its own, and ships no types; as far as the tests call it. */
declare module 'recheck/lib/browser.js' {
  export function checkSync(
    source: string,
    flags: string,
    options?: { readonly timeout?: number; readonly maxIteration?: number; readonly maxGenerationSize?: number },
  ): {
    readonly status: 'safe' | 'vulnerable' | 'unknown';
    readonly checker: 'automaton' | 'fuzz';
    readonly attack?: { readonly pattern: string; readonly string: string };
  };
}
