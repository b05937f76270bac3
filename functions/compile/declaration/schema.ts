import { z } from 'zod';
import { LoadRejected } from '../../protocol/errors.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import type { Contract } from '../../core/contract.ts';
import { crossProblems, fieldsWrong, toldBeside } from './cross-problems.ts';
import { datasetShape } from './dataset-shape.ts';
import { approvals } from './hold-shape.ts';
import { showText } from '../../words/did-you-mean.ts';
import { type Problem, problemsAt, problemsOf } from './problems.ts';
import { parseTargetName, showTarget } from '../../core/target-name.ts';
import { readingNames } from './reading/reading-fields.ts';
import { trafficFields, trafficNames, trafficOf } from './traffic-shape.ts';

/** What a person writes: name, prefix, table and key; everything else has a default. */
export type DatasetInput = z.input<typeof datasetShape> & { readonly prefix: string };

/** A checked dataset with all defaults filled in. */
export type Dataset = z.output<typeof datasetShape> & {
  /** Of a replay; nobody declares it. */
  readonly replay?: NonNullable<Contract['replay']>;
};

/**
 * Checks a dataset and fills in the defaults.
 * @throws LoadRejected DATASET_INVALID with every problem at once
 */
export function defineDataset(input: DatasetInput): Dataset {
  return declaredAs(checkDataset(input), input);
}

/** Keeps beside a dataset what was written, not seen by whoever lists or compares it. */
export function declaredAs(dataset: Dataset, input: unknown): Dataset {
  return Object.defineProperty(dataset, declaration, { value: input });
}

/**
 * Where a dataset keeps what was written: a project may import another copy of this package than the command that reads its
 * datasets, which checks them itself.
 */
const declaration = Symbol.for('landfall.declaration');

/** What was given to `defineDataset` of this or another copy; null for any other value. */
export function declarationOf(value: object): unknown {
  return (value as { readonly [declaration]?: unknown })[declaration] ?? null;
}

/** `--into schema.table --key a,b`: everything else is taken from the catalogue. */
export interface AdHocInput {
  readonly into: string;
  readonly businessKey: readonly string[];
  readonly format?: string | undefined;
  /** A tab makes the format tsv where none is named. */
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly nulls?: readonly string[] | undefined;
  /** Fields of reading/reading-fields.ts. */
  readonly reading?: Readonly<Record<string, unknown>> | undefined;
  /** As a declared dataset has it in columns.clean. */
  readonly clean?: Readonly<Record<string, readonly string[]>> | undefined;
  /** As a declared dataset has it in columns.constants. */
  readonly constants?: Readonly<Record<string, string>> | undefined;
  /** As a declared dataset has it in columns.lineage. */
  readonly lineage?: Readonly<Record<string, string>> | undefined;
  /** As a declared dataset has it in columns.merge. */
  readonly merge?: Readonly<Record<string, string>> | undefined;
  /** As a declared dataset has it in columns.sensitive. */
  readonly sensitive?: readonly string[] | undefined;
  readonly leniencies?: readonly string[] | undefined;
  readonly timeZone?: string | undefined;
  readonly order?: string | undefined;
  /** As a declared dataset has them. */
  readonly conflict?: unknown;
  readonly replaceWhere?: Readonly<Record<string, unknown>> | undefined;
  /** As a declared dataset has them in columns. */
  readonly rename?: Readonly<Record<string, string>> | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly ignorePositions?: readonly number[] | undefined;
  /** As a declared dataset has it in columns.unknown. */
  readonly unknownColumns?: unknown;
  readonly limits?: Readonly<Record<string, unknown>> | undefined;
  /** As a declared dataset has them in columns.rules. */
  readonly rules?: Readonly<Record<string, unknown>> | undefined;
  /** As a declared dataset has it. */
  readonly waitForParents?: number | undefined;
  /** As a declared dataset has it. */
  readonly countByDay?: string | undefined;
  readonly approve?: string | undefined;
  /** Fields of traffic-shape.ts. */
  readonly traffic?: Readonly<Record<string, unknown>> | undefined;
}

/** As a declared dataset has them; checked with it. */
export type SqlRules = Partial<Readonly<Record<'recordRules' | 'loadRules' | 'derive', unknown>>>;

/**
 * A dataset on the spot, named by its target and key: `public.orders(id)`, so that the same command again is the same dataset.
 * @param sqlRules fields of a dataset that are SQL: never of a request, which others may have written.
 * @throws LoadRejected DATASET_INVALID
 */
export function adHocDataset(input: AdHocInput, { derive, ...sqlRules }: SqlRules = {}): Dataset {
  const { into, businessKey, format, delimiter, quote, nulls, leniencies, timeZone, order, conflict, limits } = input;
  const { reading, rename, ignore, ignorePositions, unknownColumns, clean, constants, lineage, merge, sensitive } =
    input;
  const { traffic, rules, approve, waitForParents, replaceWhere, countByDay } = input;
  const target = parseTargetName(into);
  requireNoList(rules);
  return checkDataset({
    name: `${target === null ? into : showTarget(target)}(${businessKey.join(',')})`,
    prefix: null,
    table: into,
    ...(businessKey.length > 0 && { key: businessKey }),
    format: format ?? (delimiter === '\t' ? 'tsv' : 'csv'),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
    ...(nulls === undefined ? {} : { null: nulls }),
    ...(leniencies === undefined ? {} : { leniencies }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(order === undefined ? {} : { order }),
    ...(conflict === undefined ? {} : { conflict }),
    ...(replaceWhere === undefined ? {} : { replaceWhere }),
    columns: {
      ...(rename === undefined ? {} : { rename }),
      ...(ignore === undefined ? {} : { ignore }),
      ...(ignorePositions === undefined ? {} : { ignorePositions }),
      ...(unknownColumns === undefined ? {} : { unknown: unknownColumns }),
      ...(rules === undefined ? {} : { rules }),
      ...(clean === undefined ? {} : { clean }),
      ...(constants === undefined ? {} : { constants }),
      ...(lineage === undefined ? {} : { lineage }),
      ...(derive === undefined ? {} : { derive }),
      ...(merge === undefined ? {} : { merge }),
      ...(sensitive === undefined ? {} : { sensitive }),
    },
    ...sqlRules,
    ...(limits === undefined ? {} : { limits }),
    ...(approve === undefined ? {} : { approve }),
    ...(waitForParents === undefined ? {} : { waitForParents }),
    ...(countByDay === undefined ? {} : { countByDay }),
    ...only('reading', readingNames, reading),
    ...only('traffic', trafficNames, traffic),
  });
}

/** A request, which others may have written, has no file of the loader's read. */
function requireNoList(rules: Readonly<Record<string, unknown>> = {}): void {
  const named = Object.entries(rules).filter(([, own]) => {
    const { lookup } = (own ?? {}) as { readonly lookup?: unknown };
    return typeof lookup === 'object' && lookup !== null && 'list' in lookup;
  });
  if (named.length === 0) return;
  throw new LoadRejected(
    loadCodes.DATASET_INVALID,
    `rules of ${named.map(([column]) => showText(column)).join(', ')}: a list is read for a declared dataset alone; \`landfall load\` reads one itself: --rule COLUMN=lookup:@FILE`,
  );
}

/**
 * A declared dataset as a request wants it loaded: what it says of traffic stands in place of the dataset's own.
 * @throws LoadRejected DATASET_INVALID
 */
export function withTraffic(dataset: Dataset, traffic: Readonly<Record<string, unknown>>): Dataset {
  if (Object.keys(traffic).length === 0) return dataset;
  const own = only('traffic', trafficNames, traffic);
  const parsed = z.strictObject(trafficFields).safeParse(own, { reportInput: true });
  if (parsed.success) return { ...dataset, traffic: { ...dataset.traffic, ...trafficOf(parsed.data) } };
  const problems = problemsOf(parsed.error, z.strictObject(trafficFields)).map((problem) => `  ${problem}`);
  throw new LoadRejected(
    loadCodes.DATASET_INVALID,
    [`What was asked for is not valid beside dataset ${showText(dataset.name)}:`, ...problems].join('\n'),
  );
}

/**
 * The same for whether a person is asked before rows are merged.
 * @throws LoadRejected DATASET_INVALID
 */
export function withApproval(dataset: Dataset, approve: string | undefined): Dataset {
  if (approve === undefined) return dataset;
  const known = approvals.find((word) => word === approve);
  if (known !== undefined) return { ...dataset, approve: known };
  throw new LoadRejected(
    loadCodes.DATASET_INVALID,
    `What was asked for is not valid beside dataset ${showText(dataset.name)}: approve is ${approvals.join(', ')}, not ${showText(approve)}`,
  );
}

/** The same for whether what rows were before is kept. */
export function withUndo(dataset: Dataset, undo: boolean | undefined): Dataset {
  return undo === undefined ? dataset : { ...dataset, undo };
}

/** No other field of a dataset comes in by this door. */
function only(
  door: string,
  names: readonly string[],
  fields: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const foreign = Object.keys(fields).filter((name) => !names.includes(name));
  if (foreign.length === 0) return fields;
  throw new LoadRejected(
    loadCodes.DATASET_INVALID,
    `${door} has no field ${foreign.map(showText).join(', ')}; it has ${names.join(', ')}`,
  );
}

function checkDataset(input: unknown): Dataset {
  const { dataset, problems } = datasetOrProblems(input);
  if (dataset !== null) return dataset;
  const isNamed = typeof input === 'object' && input !== null && 'name' in input && typeof input.name === 'string';
  throw new DatasetInvalid(isNamed ? String(input.name) : null, problems);
}

/** A checked dataset, or every problem that it has. */
export function datasetOrProblems(input: unknown): {
  readonly dataset: Dataset | null;
  readonly problems: readonly Problem[];
} {
  const parsed = datasetShape.safeParse(input, { reportInput: true });
  if (parsed.success) return { dataset: parsed.data, problems: [] };
  const first = problemsAt(parsed.error, datasetShape);
  const seen = new Set(first.map(({ message }) => message));
  const others = crossProblems(input, parsed.error, datasetShape).filter(({ message }) => !seen.has(message));
  return { dataset: null, problems: toldBeside([...first, ...others], fieldsWrong(first)) };
}

/** A dataset of which each problem is told by itself: where, what, what is right. */
export class DatasetInvalid extends LoadRejected {
  /** Its name; null: it has none. */
  readonly dataset: string | null;
  readonly problems: readonly Problem[];

  constructor(dataset: string | null, problems: readonly Problem[]) {
    const name = dataset === null ? '' : ` ${showText(dataset)}`;
    const lines = problems.map(({ message }) => `  ${message}`);
    super(loadCodes.DATASET_INVALID, [`Dataset${name} is not valid:`, ...lines].join('\n'));
    this.dataset = dataset;
    this.problems = problems;
  }
}
