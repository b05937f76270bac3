import { printable } from '../../core/printable.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import { bytes, plural } from '../quantities.ts';

/** What an object was decoded from, and where its name says otherwise. */
export function decodedLines({ decoded, misnamed }: LoadReport): readonly string[] {
  return [...sizeLines(decoded), ...nameLines(misnamed)];
}

function sizeLines(decoded: LoadReport['decoded']): readonly string[] {
  if (decoded === undefined) return [];
  const zeros = decoded.paddingBytes === 0 ? '' : `, with ${plural(decoded.paddingBytes, 'zero')} of padding behind it`;
  return [
    `  decoded     ${bytes(decoded.bytes)} from ${printable(decoded.from)}${zeros}; places in the file count these`,
  ];
}

function nameLines(misnamed: LoadReport['misnamed']): readonly string[] {
  if (misnamed === undefined) return [];
  const { name, bytes: packing } = misnamed;
  return [`  named       as if it were packed with ${name}, and it is ${packing === 'none' ? 'not packed' : packing}`];
}
