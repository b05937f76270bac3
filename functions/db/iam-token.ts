import { Signer } from '@aws-sdk/rds-signer';

/**
 * A token that stands for a password for 15 minutes, and is asked for only while connecting. Signed here, without a call:
 * whether the role may enter (rds-db:connect) is what the server answers.
 */
export async function iamToken(login: {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}): Promise<string> {
  const { host, port, user } = login;
  return await new Signer({ hostname: host, port, username: user }).getAuthToken();
}
