import { printable } from '../../core/printable.ts';
import { sqlIdent } from '../../core/typed-again.ts';
import { one, type Db } from '../../db/client.ts';
import { lookAtServer } from '../../governor/look.ts';
import { selectServer, type Server } from '../../governor/server-sql.ts';
import { type Check, noted, passed } from './checks.ts';

/** What a load would see of others at this moment, and which grant shows this role what it does not see. */
export async function signalChecks(db: Db): Promise<readonly Check[]> {
  const { role, readsAllStats } = await one<Server>(db, selectServer());
  const readings = await lookAtServer(db);
  const shown = readings.map(({ signal, health, figure, grant = null }) => {
    const check = `signal ${signal}`;
    if (health === 'normal') return passed(check, figure);
    return noted(check, `${health}: ${figure}`, health === 'unknown' ? grant : afterwards[health]);
  });
  const knows =
    readsAllStats || readings.some(({ signal, health }) => signal === 'replication' && health === 'unknown');
  return knows ? shown : [...shown, standbysUnseen(role)];
}

const afterwards = {
  slow: 'loads go slowly until that is over (docs/production.md)',
  stop: 'loads wait until that is over (docs/production.md)',
} as const;

function standbysUnseen(role: string): Check {
  return noted(
    'signal replication',
    `no standby is there; of one that comes ${printable(role)} would not be shown how far it is`,
    `where the server is to have one:\ngrant pg_read_all_stats to ${sqlIdent(role)};`,
  );
}
