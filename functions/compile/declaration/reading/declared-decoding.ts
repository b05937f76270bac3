import type { Contract } from '../../../core/contract.ts';
import { charsetNamed } from '../../../decoding/charset/names.ts';
import type { Dataset } from '../schema.ts';

/** How a dataset's files are decoded, as its contract has it; nothing where nothing is declared. */
export function declaredDecoding({ encoding, member }: Dataset): Pick<Contract, 'decoding'> {
  const charset = encoding === undefined ? null : charsetNamed(encoding);
  const decoding = { ...(charset !== null && { encoding: charset }), ...(member !== undefined && { member }) };
  return Object.keys(decoding).length === 0 ? {} : { decoding };
}
