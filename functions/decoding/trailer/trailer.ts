import { agreeing } from '../../core/quantities/counted.ts';
import type { LineEnd } from '../../core/format/file-format.ts';
import type { DecodingStep } from '../steps.ts';
import { type Decoder, DecodingFault } from '../decoder.ts';
import { trailerBytesAtMost, trailerLines, trailerStart } from './trailer-start.ts';

/** Which lines are no records. */
export interface Trailer {
  readonly rows: number;
  /** Where the records begin: a trailer that begins before it takes more lines than there are. */
  readonly bodyOffset: number;
  readonly lineEnd: LineEnd;
  /** What else ends a line; absent: nothing. */
  readonly recordEnd?: string;
}

/** The step of a chain that holds them back. */
export function trailerStep({ rows, bodyOffset, lineEnd, recordEnd }: Trailer): DecodingStep {
  const ends = recordEnd === undefined ? [] : [encodeURIComponent(recordEnd)];
  return { kind: 'trailer', argument: [rows, bodyOffset, lineEnd, ...ends].join(' ') };
}

function readTrailer(written: string): Trailer {
  const [rows, bodyOffset, lineEnd, ends] = written.split(' ');
  return {
    ...{ rows: Number(rows), bodyOffset: Number(bodyOffset), lineEnd: lineEnd as LineEnd },
    ...(ends !== undefined && { recordEnd: decodeURIComponent(ends) }),
  };
}

/**
 * All lines but the last ones: so many are held back as bytes come, since any of them may be the last. For what can only be read
 * from its start; of a plain object its end is looked at instead (extract/trailing-lines.ts).
 */
export const trailer: Decoder = {
  kind: 'trailer',
  decode(source, argument = '') {
    const { rows, bodyOffset, lineEnd, recordEnd } = readTrailer(argument);
    let lines: readonly string[] | null = null;
    const chunks = async function* (): AsyncGenerator<Buffer> {
      let held: Buffer = Buffer.alloc(0);
      let start = 0;
      for await (const chunk of source.chunks()) {
        held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
        const at = trailerStart(held, rows, lineEnd, recordEnd);
        if (at > 0) {
          yield held.subarray(0, at);
          start += at;
          held = held.subarray(at);
        }
        if (held.length > trailerBytesAtMost)
          throw new DecodingFault(
            'TRAILER',
            start,
            `the last ${agreeing(rows, 'line has', `${rows} lines have`)} more than 16 MiB`,
          );
      }
      if (start < bodyOffset || trailerStart(held, rows, lineEnd, recordEnd) === -1)
        throw new DecodingFault('TRAILER', start, fewLines(rows));
      lines = trailerLines(held, lineEnd, recordEnd);
    };
    return {
      chunks: chunks(),
      paddingBytes: 0,
      get trailer() {
        return lines;
      },
    };
  },
};

/** Why a file has no trailer of so many lines. */
export function fewLines(rows: number): string {
  return `the file has fewer than ${rows} ${rows === 1 ? 'line' : 'lines'} behind its header, or at all where it has none`;
}
