import { decimalText, sameDecimal } from '../../functions/core/control/decimal.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import type { Arguments } from './usage.ts';

/** What the source says of the file; goes with --dataset too, since it changes no row. */
export function readControl(
  { values, lists }: Pick<Arguments, 'values' | 'lists'>,
  problems: string[],
): Pick<LoadRequest, 'control'> {
  const records = readRecords(values['expect-records'], problems);
  const sums = readSums(lists['expect-sum'] ?? [], problems);
  const sha256 = readSha256(values['expect-sha256'], problems);
  const control = {
    ...(records !== undefined && { records }),
    ...(Object.keys(sums).length > 0 && { sums }),
    ...(sha256 !== undefined && { sha256 }),
  };
  return Object.keys(control).length === 0 ? {} : { control };
}

function readRecords(typed: string | undefined, problems: string[]): number | undefined {
  if (typed === undefined) return undefined;
  const records = Number(typed);
  if (/^\d+$/.test(typed) && Number.isSafeInteger(records)) return records;
  problems.push(`--expect-records: "${typed}" is not a whole number, 0 or more`);
  return undefined;
}

/** `amount=12.30`; a name may hold an equals sign, a number cannot. */
function readSums(typed: readonly string[], problems: string[]): Record<string, string> {
  const sums: Record<string, string> = {};
  for (const each of typed) {
    const at = each.lastIndexOf('=');
    const column = each.slice(0, Math.max(0, at)).trim();
    const sum = each.slice(at + 1).trim();
    if (at < 0 || column === '' || !decimalText.test(sum)) {
      problems.push(
        `--expect-sum: "${each}" is not COLUMN=N with a decimal number as it is written, like --expect-sum amount=1234.50`,
      );
    } else if (Object.hasOwn(sums, column) && !sameDecimal(sums[column] ?? '', sum)) {
      problems.push(`--expect-sum: ${column} is given as ${sums[column]} and as ${sum}; give it once`);
    } else sums[column] = sum;
  }
  return sums;
}

function readSha256(typed: string | undefined, problems: string[]): string | undefined {
  if (typed === undefined) return undefined;
  if (/^[0-9a-f]{64}$/i.test(typed)) return typed.toLowerCase();
  problems.push(`--expect-sha256: "${typed}" is not the 64 hexadecimal digits that sha256sum FILE prints`);
  return undefined;
}
