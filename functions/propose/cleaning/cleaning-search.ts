import { stepOf } from '../../cleaning/all.ts';
import type { CleanedColumn, Cleaner } from '../../cleaning/step.ts';
import type { CleaningChoice, PlainForm } from '../../core/contract.ts';
import { type CellForm, isOfForm } from '../columns/cell-form.ts';
import { joinedTextHash } from '../columns/cell-hash.ts';
import { isNullWord } from '../columns/null-word.ts';
import { currencyWords, likelySteps, zeroMoments } from './likely-steps.ts';

/** Steps after which a column takes every cell of a file. */
export type FoundCleaning =
  | { readonly kind: 'proven'; readonly steps: readonly string[]; readonly cells: number }
  /** Two readings that come to other values: nobody but a person can tell. */
  | { readonly kind: 'doubtful'; readonly readings: readonly (readonly string[])[] };

/** What a column wants of the values that are made for it. */
interface Wanted {
  readonly takesNull: boolean;
  /** Whether it holds a value of its form. */
  readonly fits: (made: string) => boolean;
}

interface Candidate {
  readonly steps: readonly string[];
  readonly cleaners: readonly Cleaner[];
  /** Of all that it made: candidates of one hash read the file alike. */
  hash: number;
}

/**
 * Looks for the steps of cleaning that one column needs to take all of its cells. All cells are shown to it twice, in the same order:
 * what signs they have (`look`), then what the steps that suit these make of them (`attempt`). What is found holds for each cell.
 */
export class CleaningSearch {
  readonly #column: CleanedColumn;
  readonly #wanted: Wanted;
  readonly #before: readonly Cleaner[];
  readonly #nulls = new Set<string>();
  readonly #currencies = new Set<string>();
  #hasPercent = false;
  #hasParentheses = false;
  #isPadded = false;
  #hasEmpty = false;
  /** A cell comes to NULL, which the column does not take. */
  #isRefused = false;
  #cells = 0;
  #candidates: Candidate[] | null = null;

  /** @param asked by default the column takes NULL, and every value of its form. */
  constructor(column: CleanedColumn, asked: Partial<Wanted> = {}) {
    this.#column = column;
    this.#wanted = { takesNull: true, fits: () => true, ...asked };
    this.#before = [cleanerOf('trim', column)];
  }

  look(cell: Buffer | string | null): void {
    if (cell === null) return;
    const text = cell.toString();
    const bare = cleaned(text, this.#before) ?? '';
    if (bare !== text) this.#isPadded = true;
    if (bare === '') this.#hasEmpty = true;
    else if (this.#isNothing(bare)) this.#nulls.add(bare);
    else this.#lookAtSigns(bare);
  }

  #lookAtSigns(bare: string): void {
    for (const word of currencyWords) if (bare.includes(word)) this.#currencies.add(word);
    if (bare.endsWith('%')) this.#hasPercent = true;
    if (bare.startsWith('(') || bare.endsWith(')')) this.#hasParentheses = true;
  }

  #isNothing(bare: string): boolean {
    return isNullWord(bare) || (isMoment(this.#column.plainForm) && zeroMoments.has(bare));
  }

  attempt(cell: Buffer | string | null): void {
    if (cell === null) return;
    const bare = cleaned(cell.toString(), this.#before) ?? '';
    if (bare === '' || this.#nulls.has(bare)) {
      if (!this.#wanted.takesNull) this.#isRefused = true;
      return;
    }
    this.#cells += 1;
    this.#candidates ??= this.#made();
    this.#candidates = this.#candidates.filter((candidate) => {
      const made = cleaned(bare, candidate.cleaners);
      if (made === null || !takes(this.#column.plainForm, made, candidate.steps) || !this.#wanted.fits(made))
        return false;
      candidate.hash = joinedTextHash(candidate.hash, made);
      return true;
    });
  }

  #made(): Candidate[] {
    const signs = {
      currencies: [...this.#currencies],
      hasPercent: this.#hasPercent,
      hasParentheses: this.#hasParentheses,
    };
    return likelySteps(this.#column.plainForm, signs).map((steps) => ({
      steps,
      cleaners: steps.map((step) => cleanerOf(step, this.#column)),
      hash: 0,
    }));
  }

  /**
   * Of cells that were looked at, those that the chain takes which takes most of the first ones: all that are nothing, and those
   * of one form.
   * @param cells how often each comes; all chains are tried on the first `sample` of them, the one that is best there on the others
   */
  mostTaken(cells: ReadonlyMap<string, number>, sample: number): readonly string[] {
    const bare = [...cells].map(([cell, times]) => ({ cell, times, text: cleaned(cell, this.#before) ?? '' }));
    const isNothing = ({ text }: { readonly text: string }): boolean => text === '' || this.#nulls.has(text);
    const something = bare.filter((one) => !isNothing(one));
    let best: Candidate | null = null;
    let most = 0;
    for (const candidate of something.length === 0 ? [] : this.#made()) {
      let taken = 0;
      for (const { text, times } of something.slice(0, sample)) if (this.#takes(candidate, text)) taken += times;
      if (taken > most) [best, most] = [candidate, taken];
    }
    const isTaken = (one: { readonly text: string }): boolean => best !== null && this.#takes(best, one.text);
    return bare.filter((one) => (isNothing(one) ? this.#wanted.takesNull : isTaken(one))).map(({ cell }) => cell);
  }

  #takes({ cleaners, steps }: Candidate, bare: string): boolean {
    const made = cleaned(bare, cleaners);
    return made !== null && takes(this.#column.plainForm, made, steps) && this.#wanted.fits(made);
  }

  /** Null: no steps that are known make values of all cells, or none are needed. */
  found(): FoundCleaning | null {
    if (this.#isRefused) return null;
    const before = [
      ...(this.#isPadded ? ['trim'] : []),
      ...(this.#hasEmpty ? ['empty:null'] : []),
      ...[...this.#nulls].map((word) => `null:${word}`),
    ];
    if (this.#cells === 0) return before.length === 0 ? null : { kind: 'proven', steps: before, cells: 0 };
    const plainest = new Map<number, readonly string[]>();
    for (const { steps, hash } of this.#candidates ?? []) if (!plainest.has(hash)) plainest.set(hash, steps);
    const [first, ...others] = plainest.values();
    if (first === undefined || (first.length === 0 && before.length === 0)) return null;
    // as they stand is no reading among others
    if (others.length > 0 && first.length > 0)
      return { kind: 'doubtful', readings: [first, ...others].map((steps) => [...before, ...steps]) };
    return { kind: 'proven', steps: [...before, ...first], cells: this.#cells };
  }
}

/** Each is made once: there are some hundred patterns of dates. Of a column none of the steps that are likely asks more than its form. */
const knownCleaners = new Map<string, Cleaner>();

/** `decimal:comma` at work. */
function cleanerOf(written: string, column: CleanedColumn): Cleaner {
  const name = `${column.plainForm} ${written}`;
  const known = knownCleaners.get(name);
  if (known !== undefined) return known;
  const colon = written.indexOf(':');
  const choice: CleaningChoice =
    colon < 0 ? { step: written } : { step: written.slice(0, colon), argument: written.slice(colon + 1) };
  const cleaner = stepOf(choice).cleaner(choice, column);
  knownCleaners.set(name, cleaner);
  return cleaner;
}

function cleaned(bare: string, cleaners: readonly Cleaner[]): string | null {
  let text = bare;
  for (const { clean } of cleaners) {
    const next = clean(text);
    if (typeof next !== 'string') return null;
    text = next;
  }
  return text;
}

/** Whole numbers by the form of the column, and how far they go. */
const ranges: Readonly<Partial<Record<PlainForm, number>>> = { int2: 32_767, int4: 2_147_483_647 };

/** Whether a text is a value of this form for certain. @param steps that made it; a count of seconds is one where it comes to our days */
export function takes(form: PlainForm, made: string, steps: readonly string[] = []): boolean {
  const most = ranges[form];
  if (most !== undefined && !(Math.abs(Number(made)) <= most)) return false;
  if (steps[0]?.startsWith('epoch:') === true && !isOfOurDays(made)) return false;
  return isOfForm(formOf(form), Buffer.from(made));
}

function formOf(form: PlainForm): CellForm {
  return form in ranges ? 'int8' : (form as CellForm);
}

function isMoment(form: PlainForm): boolean {
  return form === 'date' || form === 'timestamp' || form === 'timestamptz';
}

function isOfOurDays(moment: string): boolean {
  const year = Number(/^\d{4}(?=-)/u.exec(moment)?.[0]);
  return year >= 1980 && year <= 2060;
}
