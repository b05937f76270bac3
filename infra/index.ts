/** What `import ... from 'landfall/cdk'` brings. */
export { type Sender, type SenderStatementProps, senderKeyStatement, senderStatement } from './data/senders.ts';
export {
  aurora,
  type AuroraDatabaseProps,
  type Database,
  existing,
  type ExistingDatabaseProps,
} from './database.ts';
export { Landfall } from './landfall.ts';
export { projectDatasets } from './project-datasets.ts';
export { type LandfallProps, type NewVpc, newVpc, type NewVpcProps } from './props.ts';
