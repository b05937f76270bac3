import { printable } from '../../functions/core/printable.ts';
import { shellWord } from '../../functions/core/typed-again.ts';
import { showList } from '../../functions/words/did-you-mean.ts';
import { count, plural } from '../../functions/words/quantities.ts';
import type { SniffedFile, Way } from './sniffed-file.ts';

/** The same for a person: how it is read, its header, and the command that loads it so. */
export function shownFile({ file, unpacked, isSure, ways, skipRows, header, into, refusal }: SniffedFile): string {
  const [best] = ways;
  const lines = [`${printable(file)}${unpacked === null ? '' : `, unpacked from ${unpacked}`}`];
  if (refusal !== null) lines.push(...refusal.split('\n').map((line) => `  ${line}`));
  else if (best === undefined)
    lines.push(
      into === null
        ? '  nothing in its beginning is like a table'
        : `  no line of its beginning names the columns of ${into}: landfall load says what is missing`,
    );
  else if (isSure) lines.push(`  read as     ${saying(best)}; ${fitting(best, into)}`);
  else
    lines.push(
      '  in doubt    it may be read in several ways:',
      ...ways.map((way) => `    ${saying(way)}; ${fitting(way, into)}`),
    );
  if (best !== undefined) {
    const line = skipRows === 0 ? '' : `, behind ${plural(skipRows, 'line')} of something else`;
    lines.push(
      header === null
        ? '  header      none: the first record looks like the others'
        : `  header      ${showList(header, 12)}${line}`,
    );
    if (isSure && header !== null)
      lines.push(
        `  next        landfall load ${shellWord(file)} --into ${into ?? 'SCHEMA.TABLE'} --key COLUMN,... ${best.options}`.trimEnd(),
      );
  }
  return `${lines.join('\n')}\n`;
}

function saying({ options }: Way): string {
  return options === '' ? 'it is read where nothing is said' : options;
}

function fitting({ records, fitting: fits }: Way, into: string | null): string {
  const shape = into === null ? 'have its number of cells' : `fit ${into}`;
  return `${count(fits)} of ${count(records)} records ${shape}`;
}
