import { misnaming } from '../../../core/decoding/packed-name.ts';
import { namedSteps, readSteps, rowsCounted } from '../../../decoding/steps.ts';
import type { LoadReport } from '../../../protocol/outcomes.ts';
import { HIDDEN } from '../../rejects/shown-text.ts';

/** Columns of a load. */
interface DecodedRow {
  readonly key: string;
  readonly decoding: string | null;
  readonly decoded_bytes: number | null;
  readonly padding_bytes: number | null;
  readonly trailer: readonly string[] | null;
  readonly decoding_notes: readonly string[] | null;
  readonly fitting_charsets: readonly string[] | null;
  /** Null: not planned. */
  readonly file_columns: unknown;
  readonly contract: { readonly columns: readonly { readonly sensitive?: boolean }[] } | null;
}

/** How an object was decoded, where its name says otherwise, and what stood behind its records. */
export function decodedOf(
  row: DecodedRow,
): Pick<LoadReport, 'decoded' | 'misnamed' | 'trailer' | 'encodings' | 'decodingNotes'> {
  const { decoding, decoded_bytes: bytes, padding_bytes: paddingBytes } = row;
  const steps = decoding === null ? [] : readSteps(decoding);
  const rows = rowsCounted(steps);
  const misnamed = row.file_columns === null ? null : misnaming(row.key, steps[0]?.kind);
  return {
    ...(bytes !== null && {
      decoded: { from: namedSteps(steps), bytes, paddingBytes: paddingBytes ?? 0, ...(rows !== null && { rows }) },
    }),
    ...(misnamed !== null && { misnamed }),
    ...encodingsOf(row),
    ...trailerOf(row),
    ...(row.decoding_notes !== null && { decodingNotes: [...row.decoding_notes] }),
  };
}

function encodingsOf({ fitting_charsets: charsets }: DecodedRow): Pick<LoadReport, 'encodings'> {
  if (charsets === null || charsets.length === 0) return {};
  return { encodings: charsets.map((encoding) => ({ encoding, option: `--encoding ${encoding}` })) };
}

/** Totals of what is shown to nobody are shown to nobody. */
function trailerOf({ trailer, contract }: DecodedRow): Pick<LoadReport, 'trailer'> {
  if (trailer === null) return {};
  const isHidden = contract?.columns.some(({ sensitive }) => sensitive === true) === true;
  return { trailer: trailer.map((line) => (isHidden ? HIDDEN : line)) };
}
