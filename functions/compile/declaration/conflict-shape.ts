import { z } from 'zod';
import { conflictRules, defaultRule, ruleNamed, type WrittenConflict } from '../../conflict/all.ts';
import type { ConflictRule, Setting } from '../../conflict/rule.ts';
import type { ConflictChoice } from '../../core/contract.ts';

/** Kept as JSON: a choice of a contract is texts. */
const texts = z
  .array(z.string().min(1).max(100))
  .min(1)
  .transform((all) => JSON.stringify(all));
const column = z.string().min(1);
const flag = z.boolean().transform((is) => (is ? 'yes' : 'no'));

/** One of them stands for a list of one, as contracts had it before there were several. */
const columnsShape = z
  .union([
    column,
    z
      .array(column)
      .min(1)
      .refine((names) => new Set(names).size === names.length, 'names a column twice'),
  ])
  .transform((names) => (Array.isArray(names) && names.length === 1 ? (names[0] ?? names) : names));

const [first, ...others] = conflictRules.map(shapeOf);
if (first === undefined) throw new Error('there is no conflict rule');

// its words and settings are data of the rules, and so is its type
const written = z.discriminatedUnion('rule', [first, ...others]) as unknown as z.ZodType<
  { readonly rule: string },
  WrittenConflict
>;

/** The rule of a dataset, as a person writes it; it becomes the choice that a contract keeps. */
export const conflictShape = written
  .default(written.parse({ rule: defaultRule.words[0] }))
  .transform((choice): ConflictChoice => ({ ...choice, rule: ruleNamed(choice.rule)?.name ?? choice.rule }));

/** `rule`, which is one of the rule's words, and its settings. */
function shapeOf({ words, settings }: ConflictRule): z.ZodObject {
  const fields = Object.entries(settings).map(([name, setting]) => [name, settingShape(setting)] as const);
  return z.strictObject({
    rule: words.length === 1 ? z.literal(words[0]) : z.enum(words),
    ...Object.fromEntries(fields),
  });
}

function settingShape(setting: Setting): z.ZodType {
  if (setting === 'column') return column;
  if (setting === 'flag') return flag.exactOptional();
  if (setting === 'texts') return texts.exactOptional();
  if (setting === 'columns') return columnsShape;
  if (setting === 'column or none' || !Array.isArray(setting)) return column.exactOptional();
  return z.enum(setting).default(setting[0]);
}
