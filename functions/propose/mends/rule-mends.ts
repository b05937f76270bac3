import type { Contract, ContractColumn } from '../../core/contract.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import { asksOfForm, trialOfCells } from './of-cells.ts';
import { trialOfRecords } from './of-records.ts';
import type { Trial, TriedReject } from './tried.ts';
import { said } from './ways.ts';

/** What to declare so that rejects do not break a rule. */
export type RuleMend = NonNullable<LoadReport['mends']>[number];

interface Rule {
  readonly code: string;
  readonly column: string | null;
}

/** So many cells of all rules together are tried, the first ones of each rule: some 20 microseconds each. */
const mostCells = 1_000;

/** Of so many different ones among them, where no steps suit all of a rule's, every chain of steps is tried: some hundred of them each. */
const mostTried = 200;

/**
 * What to declare so that rejects do not break their rule. Rejects are shown to it one by one (`look`), then it tries what may
 * help on all that it was shown (`found`). What it makes of cells that were accepted, nobody has asked. Values that are hidden are not
 * looked at.
 */
export class RuleMends {
  readonly #contract: Contract;
  readonly #trials: ReadonlyMap<string, Rule & { readonly trial: Trial }>;

  constructor(contract: Contract, rules: readonly Rule[]) {
    this.#contract = contract;
    const columns = new Map(contract.columns.map((column) => [column.name, asTried(column, contract)]));
    const shown = (name: string): ContractColumn | null => {
      const column = columns.get(name);
      return column === undefined || column.sensitive === true ? null : column;
    };
    const ofForm = rules.filter(({ code, column }) => {
      const known = column === null ? null : shown(column);
      return known !== null && asksOfForm(code, known);
    });
    const each = (most: number): number => Math.ceil(most / Math.max(ofForm.length, 1));
    const effort = { cells: each(mostCells), sample: each(mostTried) };
    const trialOf = ({ code, column }: Rule): Trial | null => {
      if (column === null) return trialOfRecords(code, contract, columns);
      const known = shown(column);
      return known === null ? null : trialOfCells(code, known, effort);
    };
    this.#trials = new Map(
      rules.flatMap(({ code, column }) => {
        const trial = trialOf({ code, column });
        return trial === null ? [] : [[keyOf({ code, column }), { code, column, trial }]];
      }),
    );
  }

  look(reject: TriedReject): void {
    for (const reason of reject.reasons) this.#trials.get(keyOf(reason))?.trial.look(reject, reason.value);
  }

  /** Of those where something is known that helps. */
  found(): readonly RuleMend[] {
    return [...this.#trials.values()].flatMap(({ code, column, trial }) => {
      const tried = trial.found();
      if (tried === null || tried.taken === 0) return [];
      const { ways, of, taken, breakAnother, isJudged } = tried;
      const [first, ...others] = ways.map((way) => said(way, this.#contract));
      return first === undefined ? [] : [{ code, column, way: first, others, of, taken, breakAnother, isJudged }];
    });
  }
}

function keyOf({ code, column }: Rule): string {
  return column === null ? code : `${code} ${column}`;
}

/** A column as it takes an empty cell: of a key it takes none, and under a rule that keeps what the row has it does. */
function asTried(column: ContractColumn, { businessKey }: Contract): ContractColumn {
  const isKey = businessKey.includes(column.name);
  return { ...column, notNull: isKey || (column.notNull && column.keptWhereNull !== true) };
}
