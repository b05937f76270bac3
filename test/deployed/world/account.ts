import { connectionTo } from '../../../localstack/deploy/clients.ts';

/** Where the tests deploy to: a LocalStack knows no other account than this one. */
export const ownAccount = { region: 'us-east-1', account: '000000000000' };

/** How a client of the tests reaches it. */
export function ownConnection(endpoint: string): ReturnType<typeof connectionTo> {
  return connectionTo({ endpoint, ...ownAccount });
}
