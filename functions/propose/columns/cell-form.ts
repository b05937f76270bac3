import { formCodes, isPlain } from '../../formats/shared/plain-forms.ts';

const forms = ['int8', 'numeric', 'float8', 'boolean', 'date', 'time', 'timestamp', 'timestamptz', 'uuid'] as const;

/** Forms that a cell can prove by itself. */
export type CellForm = (typeof forms)[number];

const codes = new Map(forms.map((form, i) => [form, formCodes(forms)[i] as number]));

/** Whether a cell is of a form as the loader has it (formats/shared/plain-forms.ts): certain to convert, and to mean what it says. */
export function isOfForm(form: CellForm, cell: Uint8Array): boolean {
  return isPlain(codes.get(form) as number, cell, 0, cell.length);
}
