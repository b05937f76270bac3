import type { Contract } from '../core/contract.ts';
import type { Sample } from './sample.ts';
import { firstLines } from '../formats/delimited/header/top-lines.ts';
import { foldHeader } from '../formats/shared/column-names.ts';
import { othersThan, usualOf } from './candidates.ts';
import { type Decision, decide } from './decide.ts';
import { separatorsBetweenNames } from './separators.ts';
import { readAs } from './read-as.ts';
import type { SniffableField } from '../compile/declaration/reading/undeclared.ts';

/** Enough to tell a table from prose, and few enough to cost some milliseconds a candidate. */
const sampledBytes = 128 * 1024;
/** A title, a date, an account, a legend: what comes later is no preamble. */
const skippedRowsAtMost = 50;

/**
 * Reads the beginning of delimited text in every way that the dataset leaves open, and asks which of them is the table's: by its
 * columns, which no file can guess, and by what they may hold: those that stand at the beginning, and some from the middle and the end.
 * @param undeclared the fields that the dataset leaves open
 */
export function sniff(contract: Contract, head: Sample, undeclared: readonly SniffableField[]): Decision {
  const { format } = contract;
  if (format.kind !== 'csv' && format.kind !== 'tsv') return { kind: 'as declared', reading: null };
  const sample = {
    bytes: head.bytes.subarray(0, sampledBytes),
    isAll: head.isAll && head.bytes.length <= sampledBytes,
    later: head.later ?? [],
  };
  const declaredSkip = [format.skipRows ?? 0];
  const usual = usualOf(format);
  const asUsual = readAs(usual, contract, { head: sample, skippable: declaredSkip });
  if (asUsual?.share === 1 || undeclared.length === 0) return { kind: 'as declared', reading: asUsual };
  const text = sample.bytes.toString('utf8');
  const others = othersThan(format, undeclared, {
    text: [text, ...sample.later.map(({ bytes }) => bytes.toString('utf8'))].join('\n'),
    separators: separatorsBetweenNames(contract, text, format.recordEnd),
  });
  const skippable = undeclared.includes('skipRows') ? linesWithNames(contract, text) : declaredSkip;
  const rest = asUsual === null ? [usual, ...others] : others;
  const readings = rest.map((candidate) => readAs(candidate, contract, { head: sample, skippable }));
  return decide([asUsual, ...readings].filter((reading) => reading !== null));
}

/** How many lines may stand before the header: none, or those before one that may be a header by its beginning, and has a name of the table's columns in it. */
function linesWithNames(contract: Contract, text: string): readonly number[] {
  const { format } = contract;
  const names = Object.keys(contract.headerNames);
  const mayBegin = beginningsOf(contract);
  const lines = firstLines(text, skippedRowsAtMost, 'recordEnd' in format ? format.recordEnd : undefined);
  return lines.flatMap((line, i) => {
    // what stands before a first line without a name, as `sep=;`, is the format's own to pass over
    if (i === 0) return [i];
    const folded = foldHeader(line.slice(0, 10_000));
    return mayBegin(line) && names.some((name) => folded.includes(name)) ? [i] : [];
  });
}

const letterOrDigit = /^[\p{L}\p{N}]/u;

/** 500 characters: a longer beginning may not be composed when it is folded, and no name of a table is longer. */
const beginningAtMost = 500;

/**
 * Whether a line may begin a header, whatever its delimiter is: its first cell is a name, or has none, or stands between quotes. That keeps
 * records away, each of which would be read as a header once a candidate. Any line may where names that are unknown are taken.
 */
function beginningsOf({
  format,
  headerNames,
  ignoredHeaders,
  ignoredPositions,
  unknownColumns,
}: Contract): (line: string) => boolean {
  const names = [...Object.keys(headerNames), ...ignoredHeaders].map(foldHeader);
  const isAny =
    (unknownColumns !== undefined && unknownColumns !== 'refuse') ||
    ignoredPositions !== undefined ||
    'headerRows' in format ||
    names.some((name) => name.length > beginningAtMost);
  const declared = 'delimiter' in format ? foldHeader(format.delimiter) : '';
  return (line) => {
    const folded = foldHeader(line.trimStart().slice(0, beginningAtMost));
    return (
      isAny ||
      !letterOrDigit.test(folded) ||
      (declared !== '' && folded.startsWith(declared)) ||
      names.some((name) => folded.startsWith(name))
    );
  };
}
