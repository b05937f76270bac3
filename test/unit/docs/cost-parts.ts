import { allStates } from '../../infra/support/asl.ts';
import { dollarsOfLoad, logBytes } from '../../infra/support/estimates.ts';
import type { Course } from '../../infra/support/history.ts';
import { prices } from '../../infra/support/prices.ts';

/** What an execution enters that Register sends away. */
const entered = new Set(['Register', 'Registered', 'Done']);

const sentAway: Course = {
  passes: Object.fromEntries(allStates().map(({ name }) => [name, entered.has(name) ? 1 : 0])),
  items: { StageSlices: 0, ValidateSlices: 0, MergeBatches: 0 },
  passesOfItem: {},
  retries: 0,
};

/** Dollars of an upload that is nobody's: its event, its execution of three states and one call, their log and trace. */
export const unwantedDollars =
  dollarsOfLoad(0, sentAway, 0) + prices.eventBridgeEvent + prices.trace + (logBytes(sentAway) / 1e9) * prices.logGb;
