/** What a file of a dataset imports. */
export { defineDataset } from '../compile/declaration/schema.ts';
