import { z } from 'zod';
import { whyNotHere } from '../../contract/dataset-of.ts';
import type { LoadRequest } from '../../protocol/states.ts';
import { printable } from '../../core/printable.ts';
import { plural } from '../../words/quantities.ts';
import { one } from '../../db/client.ts';
import { findLoad, type Load } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { countOpenRejects } from '../../ledger/rejects/replays-sql.ts';
import { foreignBucket } from '../../objects/sources.ts';
import { askedAgain, quarantineRequest, replayRequest, whyNotReplayable } from '../../replay/replay-request.ts';
import { whyWaits } from '../../replay/held-replay.ts';
import { OperationRefused, noSuchLoad } from '../errors.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

/** Records that a load rejected are judged again and merged: as the quarantine keeps them, or as somebody mended them in its rejects.csv. */
export const replay = defineVerb({
  name: 'replay',
  changes: true,
  input: z.strictObject({
    loadId: loadIdSchema,
    /** Only those that broke one of these rules; none: all. */
    codes: z.array(z.string().min(1)).default([]),
    /** A mended rejects.csv in place of the quarantine's own bytes. */
    file: z
      .strictObject({ bucket: z.string().min(1), key: z.string().min(1) })
      .nullable()
      .default(null),
  }),
  output: z.strictObject({
    loadId: z.int(),
    /** Open rejects that are judged again; null: as many as the file mends. */
    records: z.int().nullable(),
    /** Null: there is nothing to judge, and nothing was started. */
    executionId: z.string().nullable(),
  }),
  async run({ loadId, codes, file }, deps) {
    const load = await findLoad(deps.db, selectLoad(loadId));
    if (load === null) throw new OperationRefused(noSuchLoad(loadId));
    const refusal = whyNotReplayable(load);
    const waits = refusal ?? (await whyWaits(deps.db, load));
    if (waits !== null) throw new OperationRefused(waits);
    const request = requestFor(load, { codes, file });
    const foreign = foreignBucket(request, deps.objects.sources);
    if (foreign !== null) throw new OperationRefused(foreign.message);
    const records = file === null ? await openRejects(load, codes, deps.db) : null;
    if (records === 0) return { loadId, records, executionId: null };
    const here = whyNotHere(request, deps);
    if (here !== null) throw new OperationRefused(`nothing of load ${loadId} is judged again: ${here}`);
    return { loadId, records, executionId: await deps.executions.start(request) };
  },
  show({ loadId, records, executionId }, { command }) {
    if (executionId === null)
      return `load ${loadId} has no such open rejects: nothing to replay\n  next        ${command(`rejects ${loadId}`)} shows what it rejected\n`;
    const what = records === null ? 'what is mended' : plural(records, 'open reject');
    return `${what} of load ${loadId} ${records === null || records === 1 ? 'is' : 'are'} judged again, as a load of its own: execution ${printable(executionId)}\n  next        ${command('status')} shows it; ${command(`explain ${loadId}`)} how many rejects are open then\n`;
  },
});

function requestFor(
  load: Load,
  { codes, file }: { readonly codes: readonly string[]; readonly file: Pick<LoadRequest, 'bucket' | 'key'> | null },
): LoadRequest {
  if (file === null) return quarantineRequest(load, codes.length === 0 ? {} : { codes: [...codes] });
  return { ...askedAgain(load), ...file, versionId: null, replay: replayRequest(load, 'file') };
}

async function openRejects({ loadId }: Load, codes: readonly string[], db: Parameters<typeof one>[0]): Promise<number> {
  const { rejects } = await one<{ rejects: number }>(db, countOpenRejects(loadId, codes.length === 0 ? null : codes));
  return rejects;
}
