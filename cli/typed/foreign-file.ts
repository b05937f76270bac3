import { ruleNamed, typedRule } from '../../functions/conflict/all.ts';
import type { ConflictChoice } from '../../functions/core/contract.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { printable } from '../../functions/core/printable.ts';
import { shellWord } from '../../functions/core/typed-again.ts';
import { type Db, many } from '../../functions/db/client.ts';
import { directoryBucket } from '../../functions/core/object-url.ts';
import { commandLine } from '../context.ts';
import { selectOtherWriters } from '../database/ledger-reads.ts';
import { CommandError } from './usage.ts';

/**
 * A path in the ledger is as good as the roles that may write there: whoever retries reads that file with the rights of a user of
 * this machine, and its content goes where those roles read. So a path that others could have written is named by a person.
 * @throws CommandError that says who could, and by which command the file is loaded all the same.
 */
export async function refuseForeignFile(db: Db, request: LoadRequest): Promise<void> {
  if (request.bucket !== directoryBucket) return;
  const others = (await many<{ role: string }>(db, selectOtherWriters())).map(({ role }) => role);
  if (others.length === 0) return;
  throw new CommandError(
    `the ledger says that the object is the file ${printable(request.key)} of this machine, and ${printable(others.join(', '))} may write the ledger, so it is not read on its word. If that is the file, load it by name, with the options that it was loaded with; what has begun goes on:\n  ${commandLine(`load ${filesOf(request)} ${optionsOf(request)}`)}`,
  );
}

function filesOf({ key, objects, manifest }: LoadRequest): string {
  if (manifest === true) return `--manifest ${shellWord(key)}`;
  if (objects === undefined) return shellWord(key);
  return `${objects.map((each) => shellWord(each.key)).join(' ')} --together`;
}

function optionsOf({ dataset, into, businessKey, conflict }: LoadRequest): string {
  if (dataset !== undefined) return `--dataset ${shellWord(dataset)}`;
  const key = businessKey === undefined ? '' : ` --key ${shellWord(businessKey.join(','))}`;
  const rule = ruleNamed(String(conflict?.['rule']));
  const typed = rule === null ? '' : ` --conflict ${shellWord(typedRule(rule, conflict as ConflictChoice))}`;
  return `--into ${shellWord(into ?? 'TABLE')}${key}${typed}`;
}
