import { printable } from '../../core/printable.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import { bytes, plural } from '../quantities.ts';

/** What an object was decoded from, where its name says otherwise, and what its encoding may be. */
export function decodedLines({ decoded, misnamed, encodings, decodingNotes, outcome }: LoadReport): readonly string[] {
  const notes = (decodingNotes ?? []).map((note) => `  note        ${printable(note)}`);
  return [...sizeLines(decoded), ...nameLines(misnamed), ...encodingLines(encodings, outcome), ...notes];
}

function sizeLines(decoded: LoadReport['decoded']): readonly string[] {
  if (decoded === undefined) return [];
  const zeros = decoded.paddingBytes === 0 ? '' : `, with ${plural(decoded.paddingBytes, 'zero')} of padding behind it`;
  const places = decoded.rows === undefined ? 'count these' : `are rows, of ${decoded.rows}`;
  return [
    `  decoded     ${bytes(decoded.bytes)} from ${printable(decoded.from)}${zeros}; places in the file ${places}`,
  ];
}

function nameLines(misnamed: LoadReport['misnamed']): readonly string[] {
  if (misnamed === undefined) return [];
  const { name, bytes: packing } = misnamed;
  return [`  named       as if it were packed with ${name}, and it is ${packing === 'none' ? 'not packed' : packing}`];
}

/** So many are named of those that would do. */
const namesShown = 5;

function encodingLines(encodings: LoadReport['encodings'], outcome: LoadReport['outcome']): readonly string[] {
  const [likeliest] = encodings ?? [];
  if (encodings === undefined || likeliest === undefined) return [];
  const names = encodings.slice(0, namesShown).map(({ encoding }) => encoding);
  const others = encodings.length > names.length ? ` or ${encodings.length - names.length} more` : '';
  const load = outcome === 'LOADED' ? 'load again with --force' : 'load with';
  return [
    `  encoding?   what is not UTF-8 would be text in ${names.join(', ')}${others}; whichever it is, ${load} ${likeliest.option} (in a dataset encoding: '${likeliest.encoding}')`,
  ];
}
