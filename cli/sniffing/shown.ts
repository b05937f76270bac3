import { printable } from '../../functions/core/printable.ts';
import { shellWord } from '../../functions/core/typed-again.ts';
import { showList } from '../../functions/words/did-you-mean.ts';
import { agreeing, count, plural } from '../../functions/words/quantities.ts';
import type { SniffedFile, Way } from './sniffed-file.ts';

/** The same for a person: how it is read, its header, and the command that loads it so. */
export function shownFile({
  file,
  unpacked,
  isSure,
  ways,
  skipRows,
  header,
  named,
  into,
  refusal,
}: SniffedFile): string {
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
      `  header      ${header === null ? 'none: the first record looks like the others' : showList(header, 12)}${line}`,
    );
    if (named !== null && header !== null)
      lines.push(
        '              no table has such columns: names are missing or there twice, so it is passed over and they are named',
      );
    if (isSure) lines.push(`  next        ${nextCommand({ file, best, named, into })}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The load that is meant; whose columns are named in the order of the file, those of the table stand for them. */
function nextCommand({
  file,
  best,
  named,
  into,
}: Pick<SniffedFile, 'file' | 'named' | 'into'> & { readonly best: Way }): string {
  const columns = named?.columns.slice(0, shownColumns).map((name) => name.replaceAll(/[\\,]/g, '\\$&'));
  const more = (named?.columns.length ?? 0) > shownColumns ? ',...' : '';
  const naming = columns === undefined ? '' : ` --no-header --columns ${shellWord(columns.join(','))}${more}`;
  return (
    `landfall load ${shellWord(file)} --into ${into ?? 'SCHEMA.TABLE'} --key COLUMN,... ${best.options}`.trimEnd() +
    naming
  );
}

const shownColumns = 40;

function saying({ options }: Way): string {
  return options === '' ? 'it is read where nothing is said' : options;
}

function fitting({ records, fitting: fits }: Way, into: string | null): string {
  const shape =
    into === null ? `${agreeing(fits, 'has', 'have')} its number of cells` : `${agreeing(fits, 'fits', 'fit')} ${into}`;
  return `${count(fits)} of ${plural(records, 'record')} ${shape}`;
}
