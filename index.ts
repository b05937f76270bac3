/** What `import ... from 'landfall'` brings. */
export { type Dataset, type DatasetInput, defineDataset } from './functions/compile/declaration/schema.ts';
