import type { ListedVerb, Verb } from '../context.ts';
import { everyVerbsOptions, type OptionSpecs } from '../typed/usage.ts';

/** What a shell offers behind one verb. */
export interface Offered {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OfferedOption[];
  /** What stands behind the verb without dashes: files, or one of these words. */
  readonly arguments: 'files' | readonly string[];
}

export interface OfferedOption {
  readonly name: string;
  readonly short: string | null;
  /** Null: it takes none; an empty list: any text. */
  readonly values: readonly string[] | null;
}

/** Everything that can be typed, as the verbs themselves say it; their files are imported for it, which takes a second. */
export async function everythingOffered(verbs: Readonly<Record<string, ListedVerb>>): Promise<readonly Offered[]> {
  const names = Object.keys(verbs);
  const offered: Offered[] = [{ name: 'help', summary: "what a verb's options are", options: [], arguments: names }];
  for (const [name, { summary, open }] of Object.entries(verbs)) {
    const { verb } = await open();
    offered.push({ name, summary, options: optionsOf(verb), arguments: verb.completes ?? 'files' });
  }
  return offered;
}

function optionsOf({ options }: Verb): readonly OfferedOption[] {
  const all: OptionSpecs = { ...options, ...everyVerbsOptions, help: { type: 'boolean', short: 'h' } };
  return Object.entries(all).map(([name, { type, short, values = [] }]) => ({
    name,
    short: short ?? null,
    values: type === 'boolean' ? null : values,
  }));
}
