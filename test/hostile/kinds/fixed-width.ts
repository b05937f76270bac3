import { below, type ExpectedReject, type HostileFile, oneOf, range, type Row } from '../hostile-file.ts';

const widths = [4, 6, 5];
const pieces = ['a', 'é', '日', '𝔘', 'e\u0301', '"', ',', '\t', '\\', ' ', '\u2028', '\ufeff', '\u00a0'];

/** Lines of drawn characters, some of them too short, too long or no text. */
export function fixedWidth(random: () => number): readonly HostileFile[] {
  return range(120).map((n) => {
    const rows: Row[] = [];
    const rejects: ExpectedReject[] = [];
    const lines: Buffer[] = [];
    let length = 0;
    const lineEnd = oneOf(random, ['\n', '\r\n']);
    for (const id of range(below(random, 20))) {
      const cells = [
        String(id),
        ...[6, 5].map((width) =>
          range(below(random, width + 1))
            .map(() => oneOf(random, pieces))
            .join(''),
        ),
      ];
      const line = cells.map((cell, i) => filled(cell, widths[i] as number)).join('');
      const odd = random();
      const [raw, codes] = oddLine(line, odd);
      if (codes === null)
        rows.push([String(id), ...cells.slice(1).map((cell, i) => cellOf(cell, widths[i + 1] as number))]);
      else rejects.push({ codes, line: lines.length + 1, byteOffset: length, raw });
      lines.push(Buffer.concat([raw, Buffer.from(lineEnd)]));
      length += (lines.at(-1) as Buffer).length;
    }
    const trailer = drawnTrailer(random, lines.length);
    const bytes = Buffer.concat([...lines, Buffer.from(trailer.text + (trailer.text === '' ? '' : lineEnd))]);
    return {
      name: String(n),
      bytes,
      suffix: 'txt',
      request: {
        format: 'fixed',
        reading: { fixed: ['id', 'name', 'note'].map((name, i) => ({ name, width: widths[i] })), ...trailer.reading },
        sliceBytes: oneOf(random, [5, 16, 40, 1_000_000]),
      },
      expected: trailer.isWrong
        ? { refused: ['CONTROL_TOTALS', ...(lines.length === 0 ? ['HEADER_EMPTY'] : [])] }
        : lines.length === 0
          ? { oneOf: [{ rows: [] }, { refused: ['HEADER_EMPTY'] }] }
          : { rows, rejects },
    };
  });
}

/** Of every third file: a line of another layout, which counts the records, one in four of them wrongly; or says nothing. */
function drawnTrailer(
  random: () => number,
  records: number,
): { readonly text: string; readonly reading: object; readonly isWrong: boolean } {
  const odd = random();
  if (odd > 0.33) return { text: '', reading: {}, isWrong: false };
  if (odd > 0.25) return { text: 'END "of\tfile, é\0', reading: { trailerRows: 1 }, isWrong: false };
  const isWrong = odd < 0.08;
  const said = String(records + (isWrong ? 1 : 0)).padStart(9, '0');
  const reading = { trailerRows: 1, trailerTotals: { records: '4-12' } };
  return { text: `TRL${said}`, reading, isWrong };
}

function oddLine(line: string, odd: number): readonly [raw: Buffer, codes: readonly string[] | null] {
  if (odd < 0.05) return [Buffer.from(`${line}x`), ['FIELD_COUNT']];
  if (odd < 0.1) return [Buffer.from(line.slice(0, 3)), ['FIELD_COUNT']];
  if (odd < 0.15) return [Buffer.from(`\0${line.slice(1)}`), ['NUL_BYTE']];
  if (odd < 0.2)
    return [
      Buffer.concat([Buffer.from(line.slice(0, 4)), Buffer.from('eda080', 'hex'), Buffer.from(line.slice(5))]),
      ['INVALID_UTF8'],
    ];
  return [Buffer.from(line), null];
}

function filled(text: string, width: number): string {
  const characters = Array.from(text).slice(0, width);
  return characters.join('') + ' '.repeat(width - characters.length);
}

function cellOf(text: string, width: number): string | null {
  const cut = filled(text, width).replaceAll(/^ +| +$/g, '');
  return cut === '' ? null : cut;
}
