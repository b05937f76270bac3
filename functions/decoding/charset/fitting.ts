import { firstUndecodable } from '../../core/decoding/undecodable.ts';
import { transcoderOf } from './transcoded.ts';
import type { Charset } from './names.ts';

/** What text is usually in where it is not UTF-8, the likelier first; UTF-16 has zeros, which tell it. */
const candidates = [
  ...['windows-1252', 'iso-8859-15', 'iso-8859-1', 'windows-1250', 'iso-8859-2', 'windows-1251', 'shift_jis'],
  ...['gb18030', 'big5', 'euc-kr', 'windows-1253', 'iso-8859-7', 'windows-1254', 'windows-1255', 'windows-1256'],
  ...['windows-1257', 'windows-1258', 'windows-874', 'koi8-r', 'cp850', 'cp437', 'cp852', 'cp866', 'macintosh'],
] as readonly Charset[];

/**
 * Encodings in which all of these bytes are text, the one first in which they look most like words. No more than a hint: the same
 * bytes are text in many. @param samples each from the beginning of a record; empty: there is nothing to tell it by
 */
export function fittingCharsets(samples: readonly Buffer[]): readonly Charset[] {
  if (samples.length === 0) return [];
  const fitting = candidates.flatMap((charset) => {
    const texts = samples.map((sample) => textIn(charset, sample));
    const strangeness = texts.reduce((sum: number, text) => sum + (text === null ? Infinity : strangenessOf(text)), 0);
    return strangeness === Infinity ? [] : [{ charset, strangeness }];
  });
  return fitting.toSorted((a, b) => a.strangeness - b.strangeness).map(({ charset }) => charset);
}

function textIn(charset: Charset, bytes: Buffer): string | null {
  const transcoder = transcoderOf(charset);
  const text = Buffer.concat([transcoder.push(bytes), transcoder.end()]);
  return firstUndecodable(text) === null ? text.toString() : null;
}

/** Points for what is seldom in words: signs for lines, capitals behind small letters, letters of two scripts side by side. */
function strangenessOf(text: string): number {
  const signs = text.match(/[^\p{ASCII}\p{L}\p{M}“”‘’„‚–—…€£§°«»¡¿·]/gu)?.length ?? 0;
  const capitals = text.match(/\p{Ll}(?!\p{ASCII})\p{Lu}/gu)?.length ?? 0;
  const words = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  return signs + capitals + words.filter((word) => scripts.filter((script) => script.test(word)).length > 1).length;
}

const scripts = [/\p{sc=Latin}/u, /\p{sc=Cyrillic}/u, /\p{sc=Greek}/u, /\p{sc=Han}/u, /\p{sc=Hangul}/u, /\p{sc=Thai}/u];

/** What of bytes that are cut somewhere ends between two characters in any of those encodings: no character of several bytes ends below 0x30. */
export function wholeCharacters(cut: Buffer): Buffer {
  return cut.subarray(0, cut.findLastIndex((byte) => byte < 0x30) + 1);
}
