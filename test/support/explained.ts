import pg from 'pg';

/** A plan as it is compared: what is read, by which node, by which index and on which condition. No costs, which change with the weather. */
type PlanNode = Readonly<Record<string, unknown>> & { readonly Plans?: readonly PlanNode[] };

interface QueryPlan {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }];
}

/** What a node of a plan says of itself that a changed statement changes. */
const told = [
  'Node Type',
  'Strategy',
  'Operation',
  'Join Type',
  'Parent Relationship',
  'Subplan Name',
  'CTE Name',
  'Relation Name',
  'Index Name',
  'Scan Direction',
  'Index Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'Filter',
  'Sort Key',
  'Presorted Key',
  'Group Key',
  'Conflict Resolution',
  'Conflict Arbiter Indexes',
  'Conflict Filter',
];

interface Explained {
  /** Each statement over staging or tables of the schema public that ran, with its plan as lines; once a shape. */
  readonly plans: readonly string[];
}

/**
 * Runs what executes statements in this process and answers the plans of those over staging or over tables of the schema public
 * that run while `isAsked`, each asked for by EXPLAIN right before its statement, in its transaction and with its settings. Numbers of loads, slices and
 * records are `#`, so that one plan stands for all slices and batches of one shape.
 */
export async function explained(isAsked: () => boolean, run: () => Promise<unknown>): Promise<Explained> {
  const asked: Promise<string>[] = [];
  const query = pg.Client.prototype.query as (this: pg.Client, ...inputs: unknown[]) => Promise<pg.QueryResult>;
  pg.Client.prototype.query = function explain(this: pg.Client, ...inputs: unknown[]): unknown {
    const [text, values] = inputs;
    if (!isAsked() || typeof text !== 'string' || !Array.isArray(values) || !isExplained(text))
      return query.apply(this, inputs);
    const plan = query.call(this, `explain (format json, verbose, costs off) ${text}`, values);
    asked.push(plan.then(({ rows }) => shown(text, rows[0] as QueryPlan)));
    return plan.then(() => query.apply(this, inputs));
  } as typeof pg.Client.prototype.query;
  try {
    await run();
  } finally {
    pg.Client.prototype.query = query as typeof pg.Client.prototype.query;
  }
  return { plans: [...new Set(await Promise.all(asked))].toSorted() };
}

function isExplained(text: string): boolean {
  return (
    /landfall_staging"?\."?l\d|"public"\./u.test(text) &&
    /^\s*(?:with|select|insert|update|delete|create (?:unlogged|temporary) table .* as)\b/su.test(text)
  );
}

function shown(text: string, row: QueryPlan): string {
  return numberless([`-- ${opening(text)}`, ...lines(row['QUERY PLAN'][0].Plan, 0)].join('\n'));
}

/** The first words of a statement: enough to find it by. */
function opening(text: string): string {
  return text.trim().replaceAll(/\s+/gu, ' ').slice(0, 60);
}

function lines(node: PlanNode, depth: number): readonly string[] {
  const facts = told.flatMap((name) => (node[name] === undefined ? [] : [`${name}: ${JSON.stringify(node[name])}`]));
  const [type = '', ...rest] = facts;
  const line = `${'  '.repeat(depth)}${type.replace('Node Type: ', '').replaceAll('"', '')}${rest.length === 0 ? '' : ` (${rest.join('; ')})`}`;
  return [line, ...(node.Plans ?? []).flatMap((child) => lines(child, depth + 1))];
}

function numberless(text: string): string {
  return text.replaceAll(/(?<=\bl|_s)\d+(?=_)|(?<!\w|\$)\d+(?!\w)/gu, '#');
}
