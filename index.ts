/** What `import ... from 'landfall'` brings. */
export { type Dataset, type DatasetInput, defineDataset } from './functions/compile/declaration/schema.ts';
export type { LoadReport, Outcome } from './functions/protocol/outcomes.ts';
export { load } from './cli/program/load.ts';
export { LoadError } from './cli/program/load-error.ts';
export type { LoadOrder } from './cli/program/load-order.ts';
export type { Progress } from './cli/loading/progress.ts';
