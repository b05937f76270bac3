import type { CleaningChain } from '../../cleaning/chain.ts';
import { formCodes, type ScannedForm } from '../shared/plain-forms.ts';
import { type RecordScan, type ScannedSlice, startRecordScan } from '../shared/record-scan.ts';
import { oddDays, type OddDays, type ZoneJump } from '../shared/zone-jumps.ts';
import { type FixedGrammar, splitLine } from './cells.ts';

/** The slice to scan and what its records are measured by. */
export interface FixedSettings extends ScannedSlice {
  readonly grammar: FixedGrammar;
  /** One a column of the file; an ignored one is 'text'. */
  readonly forms: readonly ScannedForm[];
  readonly chains: readonly (CleaningChain | null)[];
  readonly zoneJumps: readonly ZoneJump[];
}

/** What the scan of one slice carries from piece to piece. */
export interface FixedScan extends RecordScan {
  readonly grammar: FixedGrammar;
  readonly widths: Int32Array;
  readonly forms: Uint8Array;
  readonly odd: OddDays | null;
  /** Of the line just read: its cells without the blanks around them, of no byte where they are NULL. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** It is exactly as long as its columns are. */
  isWhole: boolean;
  plain: boolean;
  zoneless: number;
}

/** Nothing is read yet. */
export function startFixedScan(settings: FixedSettings): FixedScan {
  const { grammar, forms, zoneJumps } = settings;
  return {
    ...startRecordScan(settings, (record) => splitLine(record, grammar)),
    grammar,
    widths: Int32Array.from(grammar.widths),
    forms: formCodes(forms),
    odd: oddDays(zoneJumps),
    starts: new Int32Array(forms.length),
    ends: new Int32Array(forms.length),
    isWhole: false,
    plain: false,
    zoneless: 0,
  };
}
