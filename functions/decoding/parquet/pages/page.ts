import type { CompressionCodec, Encoding } from 'hyparquet';
import { corrupt, reading, unreadable } from '../faults.ts';
import type { Leaf } from '../schema.ts';
import type { ValueText } from '../texts/value-text.ts';
import type { PackedPage } from './chunk.ts';
import { plainBytes, widthOf } from './plain-bytes.ts';
import { bitsIn, type Runs, runsIn } from './runs.ts';
import { unpackedPage } from './unpacked.ts';
import {
  booleanValues,
  dictionaryTexts,
  dictionaryValues,
  plainValues,
  type Scratch,
  type Texts,
  type Values,
} from './values.ts';

/** A page of a column, unpacked; levels and values are read forward, together. */
export interface Page {
  /** Its values, NULLs and empty lists included: as many as there are levels. */
  readonly count: number;
  /** Null: all are 0. */
  readonly repetition: Runs | null;
  /** Null: all are the highest. */
  readonly definition: Runs | null;
  readonly values: Values;
  /** Where faults are said to be. */
  readonly byte: number;
}

/** What stays the same for the pages of a column in a row group. */
export interface PageReader {
  readonly leaf: Leaf;
  readonly codec: CompressionCodec;
  readonly text: ValueText;
  /** Of the page that is opened next; texts of the one before may still be in use where that is another. */
  scratch: Scratch;
  dictionary: Texts | null;
  /** Where its pages are unpacked, one after the other: what is made anew for each outlives the collections of young garbage. */
  room: Buffer;
}

/** Takes the page; null: it was a dictionary, kept for the pages that follow, or an index. Throws DecodingFault. */
export function openPage(reader: PageReader, page: PackedPage): Page | null {
  const { header, byte } = page;
  switch (header.type) {
    case 'DICTIONARY_PAGE':
      takeDictionary(reader, page);
      return null;
    case 'DATA_PAGE':
      return reading(byte, 'a page', () => firstVersion(reader, page));
    case 'DATA_PAGE_V2':
      return reading(byte, 'a page', () => secondVersion(reader, page));
    case 'INDEX_PAGE':
      return null;
    default:
      throw corrupt(byte, 'a page is of no kind that Parquet has');
  }
}

function takeDictionary(reader: PageReader, { header, bytes, byte }: PackedPage): void {
  const count = header.dictionary_page_header?.num_values ?? -1;
  const page = unpackedPage(bytes, header.uncompressed_page_size, reader, byte);
  if (count < 0 || count > page.length) throw corrupt(byte, `a dictionary of ${page.length} bytes has ${count} values`);
  reading(byte, 'a dictionary', () => {
    reader.dictionary = dictionaryTexts(
      { bytes: page, at: 0, width: widthOf(reader.leaf.element) },
      reader.text,
      count,
    );
  });
}

function firstVersion(reader: PageReader, { header, bytes, byte }: PackedPage): Page {
  const { maxRepetition, maxDefinition } = reader.leaf;
  const of = header.data_page_header;
  if (of === undefined) throw corrupt(byte, 'a page does not say what it holds');
  const page = unpackedPage(bytes, header.uncompressed_page_size, reader, byte);
  let at = 0;
  const levels = (highest: number, encoding: Encoding): Runs | null => {
    if (highest === 0) return null;
    if (encoding !== 'RLE') throw unreadable(byte, `levels of encoding ${encoding} are not read`);
    const end = at + 4 + page.readUInt32LE(at);
    if (end > page.length) throw corrupt(byte, 'the levels of a page reach over its end');
    const runs = runsIn(page, at + 4, end, bitsFor(highest));
    at = end;
    return runs;
  };
  const repetition = levels(maxRepetition, of.repetition_level_encoding);
  const definition = levels(maxDefinition, of.definition_level_encoding);
  const values = valuesOf(reader, page, { at, encoding: of.encoding, count: of.num_values, byte });
  return { count: of.num_values, repetition, definition, values, byte };
}

function secondVersion(reader: PageReader, { header, bytes, byte }: PackedPage): Page {
  const { maxRepetition, maxDefinition } = reader.leaf;
  const of = header.data_page_header_v2;
  if (of === undefined) throw corrupt(byte, 'a page does not say what it holds');
  const { repetition_levels_byte_length: first, definition_levels_byte_length: second, num_values: count } = of;
  const levelBytes = first + second;
  if (!(first >= 0 && second >= 0 && levelBytes <= bytes.length && levelBytes <= header.uncompressed_page_size))
    throw corrupt(byte, 'the levels of a page reach over its end');
  const repetition = maxRepetition === 0 ? null : runsIn(bytes, 0, first, bitsFor(maxRepetition));
  const definition = maxDefinition === 0 ? null : runsIn(bytes, first, levelBytes, bitsFor(maxDefinition));
  const size = header.uncompressed_page_size - levelBytes;
  const page =
    of.is_compressed === false
      ? bytes.subarray(levelBytes)
      : unpackedPage(bytes.subarray(levelBytes), size, reader, byte);
  if (page.length !== size) throw corrupt(byte, `a page has ${page.length} bytes, its header says ${size}`);
  const values = valuesOf(reader, page, { at: 0, encoding: of.encoding, count, byte });
  return { count, repetition, definition, values, byte };
}

function bitsFor(highest: number): number {
  return 32 - Math.clz32(highest);
}

function valuesOf(
  { leaf, text, scratch, dictionary }: PageReader,
  page: Buffer,
  { at, encoding, count, byte }: { at: number; encoding: Encoding; count: number; byte: number },
): Values {
  const { element } = leaf;
  if (!(count >= 0)) throw corrupt(byte, `a page has ${count} values`);
  if (encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY') {
    if (page.length === at) return nothing;
    if (dictionary === null) throw corrupt(byte, 'a page needs a dictionary, and none stands before it');
    return dictionaryValues(dictionary, runsIn(page, at + 1, page.length, page[at] as number));
  }
  if (element.type === 'BOOLEAN') {
    if (encoding === 'PLAIN') return booleanValues(bitsIn(page, at, page.length));
    if (encoding === 'RLE') return page.length === at ? nothing : booleanValues(runsIn(page, at + 4, page.length, 1));
  }
  if (encoding !== 'PLAIN' && page.length === at) return nothing;
  const plain = plainBytes(page, at, { encoding, element, most: count });
  if (plain === null) throw unreadable(byte, `values of encoding ${encoding} are not read`);
  return plainValues(plain, text, scratch);
}

/** Of a page of which all are NULL. */
const nothing: Values = {
  next(_into, _at, count) {
    if (count > 0) throw new Error('there are no values');
  },
};
