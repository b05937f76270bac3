/** The ways in which bytes of an object may have to be decoded; one more is one more name. */
export type DecodingKind = 'gzip';

/** One decoder of a chain, the object's first. */
export interface DecodingStep {
  readonly kind: DecodingKind;
  /** What was found or declared, so that whoever reads the object again reads alike: the file inside of an archive, an encoding. */
  readonly argument?: string;
}

/** A chain as the ledger keeps it: `zip:in%2Frows.csv gzip`, outermost first. */
export function writtenSteps(steps: readonly DecodingStep[]): string {
  return steps
    .map(({ kind, argument }) => (argument === undefined ? kind : `${kind}:${encodeURIComponent(argument)}`))
    .join(' ');
}

/** The chain that writtenSteps wrote. */
export function readSteps(written: string): readonly DecodingStep[] {
  return written.split(' ').map((step) => {
    const colon = step.indexOf(':');
    const kind = (colon === -1 ? step : step.slice(0, colon)) as DecodingKind;
    return colon === -1 ? { kind } : { kind, argument: decodeURIComponent(step.slice(colon + 1)) };
  });
}

/** The chain in words, outermost first: `zip, gzip`. */
export function namedSteps(steps: readonly DecodingStep[]): string {
  return steps.map(({ kind }) => kind).join(', ');
}
