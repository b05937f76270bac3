import { readAsked } from '../core/decoding/sheet-asked.ts';

/** The ways in which bytes of an object may have to be decoded; one more is one more name. */
export type DecodingKind = 'gzip' | 'zstd' | 'zip' | 'charset' | 'json' | 'json-seq' | 'parquet' | 'trailer' | 'xlsx';

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

/** The chain in words, outermost first: `zip (in/rows.csv.gz), gzip, windows-1252`. Names of files may hold anything. */
export function namedSteps(steps: readonly DecodingStep[]): string {
  return steps
    .filter(({ kind }) => kind !== 'trailer')
    .map(({ kind, argument }) =>
      kind === 'charset'
        ? argument
        : kind === 'zip'
          ? `zip (${argument})`
          : kind === 'xlsx'
            ? `xlsx (${readAsked(argument).sheet})`
            : kind,
    )
    .join(', ');
}

/** What the offsets of a chain's records are places in, behind a number: ` of what it unpacks to`; empty: the object itself. */
export function placesIn(steps: readonly DecodingStep[] | null): string {
  if (steps === null || keepsPlaces(steps)) return '';
  return steps.every(({ kind }) => kind === 'charset' || kind === 'trailer')
    ? ' of its text in UTF-8'
    : ' of what it unpacks to';
}

/**
 * How many rows the table has, where any of its rows may be entered: offsets of its records count rows from 0, and nothing of it has
 * to be decoded before. Null: they count bytes. The step is `parquet:1000000`.
 */
export function rowsCounted(steps: readonly DecodingStep[] | null): number | null {
  const [step, ...more] = steps ?? [];
  return step?.kind !== 'parquet' || step.argument === undefined || more.length > 0 ? null : Number(step.argument);
}

/** Whether each byte stands where it stands in the object and is read without those before it: it is not decoded, or a sequence of JSON texts alone. */
export function keepsPlaces(steps: readonly DecodingStep[] | null): boolean {
  return steps === null || (steps.length === 1 && steps[0]?.kind === 'json-seq');
}

/** Whether several workers read an object at once, each from the middle of it. */
export function entersAnywhere(steps: readonly DecodingStep[] | null): boolean {
  return keepsPlaces(steps) || rowsCounted(steps) !== null;
}

/** Whether one of the steps wrote records one a line that stand otherwise in the object: their lines are none of its own. */
export function writesRecords(steps: readonly DecodingStep[] | null): boolean {
  return steps?.some(({ kind }) => kind === 'json' || kind === 'json-seq') === true;
}
