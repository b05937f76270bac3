import type { Contract, LineEnd } from '../core/contract.ts';
import { delimited } from './delimited/format.ts';
import type { Format } from './format.ts';

/** The format of a load's objects; the only place that asks which one it is. @param lineEnd of the object, once it was looked at */
export function formatOf({ format }: Pick<Contract, 'format'>, lineEnd: LineEnd = 'lf'): Format {
  return delimited(format, lineEnd);
}
