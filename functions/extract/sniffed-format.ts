import type { Contract } from '../core/contract.ts';
import type { DelimitedFormat, FileFormat, SniffedFormat } from '../core/format/file-format.ts';
import { shownObject } from '../core/object-url.ts';
import type { SniffableField } from '../compile/declaration/reading/undeclared.ts';
import type { StoredObject } from '../objects/store.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { fieldsSaying, optionsSaying, sniffedFields } from '../sniff/words.ts';
import type { Reading } from '../sniff/read-as.ts';
import type { Sample } from '../sniff/sample.ts';
import { sniff } from '../sniff/sniff.ts';
import { agreeing, count, plural } from '../words/quantities.ts';

/**
 * What an object's beginning, and some of what stands later, tells of what nobody declared; null: it is read as it is where nothing is said.
 * @throws LoadRejected AMBIGUOUS_DIALECT where it can be read in several ways that say different things
 */
export function sniffedFormat(
  object: StoredObject,
  contract: Contract,
  { head, undeclared }: { readonly head: Sample; readonly undeclared: readonly SniffableField[] },
): SniffedFormat | null {
  const decision = sniff(contract, head, undeclared);
  if (decision.kind === 'as declared') return null;
  if (decision.kind === 'ambiguous')
    throw new LoadRejected('AMBIGUOUS_DIALECT', ambiguous(object, decision.readings, undeclared));
  const { format, share } = decision.reading;
  return { format, fields: foundFields(format, contract.format), share };
}

/** The fields by which a format differs from what is read where nothing is said. */
function foundFields(format: DelimitedFormat, declared: FileFormat): readonly string[] {
  const usual: Readonly<Record<string, unknown>> = { ...declared };
  return sniffedFields.filter((field) => format[field] !== usual[field]);
}

function ambiguous(object: StoredObject, readings: readonly Reading[], undeclared: readonly SniffableField[]): string {
  const ways = readings.map(({ format, share, records }) => {
    const fields = told(format, undeclared);
    const fits = Math.round(share * records.size);
    return `  ${optionsSaying(format, fields)}  (in a dataset ${fieldsSaying(format, fields)}): ${count(fits)} of ${plural(records.size, 'record')} ${agreeing(fits, 'fits', 'fit')} the table`;
  });
  return [
    `${shownObject(object)} can be read in ${readings.length} ways that give different rows, and nothing says which is meant. Say it:`,
    ...ways,
  ].join('\n');
}

/** All that was open, also where it is what is read otherwise. */
function told(format: DelimitedFormat, undeclared: readonly SniffableField[]): readonly string[] {
  const usual = { quote: '"', ...format };
  return sniffedFields.filter((field) => undeclared.some((open) => open === field) && usual[field] !== undefined);
}
