import type { Contract } from '../core/contract.ts';
import { isPrintable } from '../core/printable.ts';
import { shellWord } from '../core/typed-again.ts';
import { inCode, nearNames } from './did-you-mean.ts';
import { byPosition, inDataset, isAdHoc } from './whose-dataset.ts';

/** Of what is mapped so much is told: with more nobody types it. */
const mappedAtMost = 12;

/** What becomes of names of a file: the column that each fills, or nothing. */
export interface Mapping {
  readonly rename: readonly (readonly [header: string, column: string])[];
  readonly ignore: readonly string[];
}

/** Each name to the column that it is most like and that no other one has; names that are like none are dropped. */
export function likelyMapping(headers: readonly string[], free: readonly string[]): Mapping {
  const left = new Set(free);
  const rename: [string, string][] = [];
  const ignore: string[] = [];
  for (const header of headers) {
    const [column] = nearNames(header, [...left]);
    if (column === undefined) ignore.push(header);
    else {
      left.delete(column);
      rename.push([header, column]);
    }
  }
  return { rename, ignore };
}

/**
 * The mapping as it is typed where no dataset is written down (`: --rename 'Full name=name'`), else as it is written in it.
 * @param placeOf position in the file, from 1, of a name that nobody can type
 */
export function sayingMapping(contract: Contract, mapping: Mapping, placeOf: (header: string) => number): string {
  if (isAdHoc(contract)) return `: ${typedMapping(contract, mapping, placeOf)}`;
  const { rename, ignore } = mapping;
  const renamed = rename.slice(0, mappedAtMost).map(([header, column]) => `${inCode(header)}: ${inCode(column)}`);
  const ignored = ignore.length > mappedAtMost ? `unknown: 'ignore'` : `ignore: [${ignore.map(inCode).join(', ')}]`;
  const fields = [
    ...(renamed.length === 0 ? [] : [`rename: { ${renamed.join(', ')} }`]),
    ...(ignore.length === 0 ? [] : [ignored]),
  ];
  return ` ${inDataset(contract)}: columns: { ${fields.join(', ')} }`;
}

function typedMapping(contract: Contract, { rename, ignore }: Mapping, placeOf: (header: string) => number): string {
  const typable = ignore.filter(isTypable);
  const untypable = [...ignore, ...rename.map(([header]) => header)].filter((header) => !isTypable(header));
  const renames = rename.filter(([header]) => isTypable(header)).slice(0, mappedAtMost);
  const options = renames.map(([header, column]) => `--rename ${shellWord(`${header.trim()}=${column}`)}`);
  if (ignore.length > mappedAtMost) options.push('--unknown-columns ignore');
  else {
    const names = typable.map((header) => header.trim().replaceAll(',', '\\,'));
    if (names.length > 0) options.push(`--ignore ${shellWord(names.join(','))}`);
    if (untypable.length > 0) options.push(byPosition(contract, untypable.map(placeOf)));
  }
  return options.join(' ');
}

/** One that a person sees as it is and can copy; of more than 200 characters the place says it shorter. */
function isTypable(header: string): boolean {
  return header.length <= 200 && isPrintable(header);
}
