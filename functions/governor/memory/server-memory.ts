import type { Contract } from '../../core/contract.ts';
import type { Memory } from '../../core/traffic/memory.ts';
import { one, type Db } from '../../db/client.ts';
import { memoryWithin, type ServerSettings } from './memory-within.ts';
import { selectServerSettings } from './server-settings-sql.ts';

/** Memory for statements over a whole load and for index builds, by what the server has and the dataset says. */
export async function memoryOf(db: Db, { traffic }: Pick<Contract, 'traffic'>): Promise<Memory> {
  return memoryWithin(await one<ServerSettings>(db, selectServerSettings()), traffic?.memory);
}
