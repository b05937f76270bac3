import { keylessRule } from '../../functions/conflict/all.ts';
import { printable } from '../../functions/core/printable.ts';
import { showTarget } from '../../functions/core/target-name.ts';
import { fittingOf } from '../../functions/propose/fitting.ts';
import { typeButNulls } from '../../functions/propose/columns/column-type.ts';
import { versionRule } from '../../functions/propose/version-column.ts';
import { showList, showText } from '../../functions/words/did-you-mean.ts';
import { plural } from '../../functions/words/quantities.ts';
import type { Asker } from './ask.ts';
import { proposedCleaning } from './cleaning.ts';
import { type Answers, columnsOf, type ColumnsProposal, keyOf, type Proposal } from './compose.ts';
import { madeColumns, type MadeColumns } from './declared-columns.ts';
import type { Looked } from './looked.ts';
import type { InitOrders } from './orders.ts';
import type { InitTarget } from './target.ts';

/** Answers to all questions but where and by which name, with what they were told by. */
export interface AnswersFound extends Omit<Answers, 'name' | 'prefix' | 'into'> {
  /** Columns of a table that would be made for the file. */
  readonly made: MadeColumns;
  readonly proposals: readonly (Proposal & { readonly question: string })[];
}

interface Known {
  readonly orders: InitOrders;
  readonly looked: Looked;
  readonly target: InitTarget;
  readonly asker: Asker;
  readonly signal: AbortSignal;
}

/** What is typed stands; the rest is proposed, and asked where somebody can be. */
export async function answersOf(known: Known): Promise<AnswersFound> {
  const { orders, looked, target, signal } = known;
  const { observed, inFile } = looked;
  const made = madeColumns(observed, orders.columns.rename);
  const columns = target.catalogue === null ? newColumns(made, orders) : columnsOf(observed, target.catalogue, orders);
  const fitting =
    target.catalogue === null
      ? { nulls: [], misfits: [], unread: [] }
      : fittingOf(target.catalogue.columns, columns.fills, {
          statistics: observed.table.statistics,
          hasNullWords: isDelimited(looked),
        });
  const cleaning = await proposedCleaning(fitting, looked, signal);
  const misfits = fitting.misfits
    .filter(({ column, isOfType }) => !isOfType || cleaning.clean[column] === undefined)
    .map(({ words }) => words);
  const proposedKey = keyOf(target.catalogue, columns, { said: orders.key, inFile });
  const key = orders.key === null ? await askKey(proposedKey, known, columns) : proposedKey.columns;
  const version = orders.conflict === null ? versionRule(columns.fills, observed.table.statistics, key) : null;
  const conflict = orders.conflict ?? conflictOf(key, version);
  const live = await askLive(known);
  const limits = await askLimits(known, misfits);
  const nulls = sayNulls(known, fitting.nulls);
  return {
    made,
    columns,
    key,
    conflict,
    live: live.answer,
    limits,
    dialect: { ...looked.dialect, fields: { ...looked.dialect.fields, ...nulls } },
    more: orders.columns,
    clean: cleaning.clean,
    leniencies: orders.leniencies,
    proposals: [
      { question: 'what comes in', ...whatComesIn(looked, orders) },
      { question: 'where it goes', answer: showTarget(target.name), why: `${columns.answer}; ${columns.why}` },
      ...(target.catalogue === null ? typesProposed(made, looked) : []),
      { question: 'key', answer: key.length === 0 ? 'none' : key.join(', '), why: proposedKey.why },
      ...(version === null
        ? []
        : [
            {
              question: 'conflict',
              answer: `the larger ${version.column} wins`,
              why: `${version.column} is called like a version, and each record has one`,
            },
          ]),
      { question: 'live', ...live },
      { question: 'what is bad', ...whatIsBad(looked, limits, misfits) },
      ...('null' in nulls
        ? [
            {
              question: 'NULL',
              answer: nulls.null.map(showText).join(', '),
              why: 'stands in columns of the table that hold no text; in every column it is NULL then',
            },
          ]
        : []),
      ...cleaning.proposals,
    ],
  };
}

function newColumns({ columns, ...made }: MadeColumns, { columns: { ignore = [] } }: InitOrders): ColumnsProposal {
  return {
    ...made,
    ignore: [...ignore],
    answer: plural(columns.length, 'new column'),
    why: 'there is no such table, or no database to ask: its statements are printed',
  };
}

async function askKey(
  proposed: ReturnType<typeof keyOf>,
  { asker }: Known,
  { fills }: ColumnsProposal,
): Promise<readonly string[]> {
  const answer = await asker.ask({
    question: 'Which columns identify a row',
    option: '--key COLUMN,...',
    proposal: proposed.columns.length === 0 ? 'none' : proposed.columns.join(','),
    why: `${proposed.why} (none: every record is a new row)`,
    problem: (typed) => {
      const unknown = typed === 'none' ? [] : named(typed).filter((name) => !fills.includes(name));
      return unknown.length === 0 || typed === proposed.columns.join(',')
        ? null
        : `the file fills no column ${showList(unknown)}`;
    },
  });
  if (answer === proposed.columns.join(',')) return proposed.columns;
  return answer === 'none' ? [] : named(answer);
}

function named(typed: string): readonly string[] {
  return typed.split(',').map((name) => name.trim());
}

function conflictOf(key: readonly string[], version: ReturnType<typeof versionRule>): unknown {
  return key.length === 0 ? { rule: keylessRule.words[0] } : (version?.conflict ?? null);
}

const liveWords = ['auto', 'yes', 'no'];

async function askLive({ orders, target, asker }: Known): Promise<Proposal> {
  if (orders.live !== null) return { answer: orders.live, why: 'as it is said' };
  const seen = target.live;
  const proposal = seen?.isLive === true ? 'yes' : 'auto';
  const why =
    seen === null
      ? 'nobody uses a table that is not there; each load looks again'
      : `${seen.why}${seen.isLive ? '' : '; each load looks again'}`;
  const answer = await asker.ask({
    question: 'Do others use the table while it is loaded',
    option: '--live auto|yes|no',
    proposal,
    why,
    problem: (typed) => (liveWords.includes(typed) ? null : `it is ${liveWords.join(', ')}`),
  });
  return { answer, why };
}

/** One record in a hundred: more is another kind of file. */
const usualShare = 0.01;

async function askLimits(
  { orders, looked, asker }: Known,
  misfits: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  if (Object.keys(orders.limits).length > 0) return orders.limits;
  const bad = faultyRecords(looked);
  const share = bad / Math.max(1, bad + looked.observed.records);
  // of the sample no more than half of what is let through
  const proposal = Math.min(1, Math.max(usualShare, Math.ceil(share * 200) / 100));
  const answer = await asker.ask({
    question: 'Which share of rejected records refuses a whole file',
    option: '--max-reject-share S',
    proposal: String(proposal),
    why: [
      bad === 0
        ? 'each record of this file can be taken apart'
        : `${plural(bad, 'record')} of this file cannot be taken apart`,
      ...misfits.slice(0, 3),
    ].join('; '),
    problem: (typed) => (Number(typed) >= 0 && Number(typed) <= 1 && typed !== '' ? null : 'a number from 0 to 1'),
  });
  return { maxRejectShare: Number(answer) };
}

/** Where no word was said. */
function sayNulls({ orders, looked }: Known, nulls: readonly string[]): { readonly null?: readonly string[] } {
  return nulls.length === 0 || !isDelimited(looked) || 'null' in orders.reading ? {} : { null: nulls };
}

function isDelimited({ dialect: { format } }: Looked): boolean {
  return format.kind === 'csv' || format.kind === 'tsv';
}

function faultyRecords({ observed: { faults } }: Looked): number {
  return [...faults.values()].reduce((sum, { records }) => sum + records, 0);
}

function whatComesIn({ dialect, observed: { records, source } }: Looked, { object }: InitOrders): Proposal {
  const packed = source.packed === null ? '' : `, unpacked from ${source.packed}`;
  return { answer: `${printable(object.typed)}${packed}: ${plural(records, 'record')}`, why: dialect.why };
}

function whatIsBad(
  { observed: { faults } }: Looked,
  limits: Readonly<Record<string, unknown>>,
  misfits: readonly string[],
): Proposal {
  const seen = [...faults].map(
    ([code, { records, line, detail }]) =>
      `${plural(records, 'record')} of this file ${records === 1 ? 'is' : 'are'} ${code}, the first in line ${line}: ${detail}`,
  );
  const share = limits['maxRejectShare'];
  const refused =
    typeof share === 'number' ? `; a file with more than ${share * 100} % of such records is refused` : '';
  const more = misfits.length > 5 ? [`and ${misfits.length - 5} columns more`] : [];
  const why = [...seen, ...misfits.slice(0, 5), ...more].join('; ');
  return {
    answer: `what the table does not take${refused}`,
    why: why === '' ? 'this file has no such record, as far as types tell' : why,
  };
}

/** Columns of text that one cell made so. */
function typesProposed(
  { columns }: MadeColumns,
  { observed }: Looked,
): readonly (Proposal & { readonly question: string })[] {
  const odd = columns.filter(({ why, type }) => type === 'text' && why !== 'text').slice(0, 5);
  return odd.map(({ name, why, header }) => {
    const at = observed.source.columns.findIndex((column) => column.header === header);
    const seen = observed.table.statistics[at];
    const other = seen === undefined ? null : typeButNulls(seen);
    const words = [...(seen?.nullWords.keys() ?? [])].map((word) => `--null ${showText(word)}`).join(' ');
    return {
      question: 'types',
      answer: `${name} text`,
      why: other === null ? why : `${why}; if that means nothing, ${words} makes it ${other}`,
    };
  });
}
