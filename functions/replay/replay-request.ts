import { LoadRejected } from '../protocol/errors.ts';
import { randomUUID } from 'node:crypto';
import { namesColumns } from '../core/format/file-format.ts';
import type { LoadRequest, ReplayRequest } from '../protocol/states.ts';
import type { Load } from '../ledger/loads/load.ts';
import { second } from '../words/quantities.ts';
import { retryRequest } from '../ledger/operations/retries.ts';

/** What a request says of the load whose rejects it replays; `origin` is one that can be. */
export function replayRequest(origin: Load, from: ReplayRequest['from']): ReplayRequest {
  const { loadId: of, contract, sniffed, gatedBelow } = origin;
  if (contract === null) throw new Error(`load ${of} has no contract`);
  const { format } = sniffed ?? contract;
  // a replay's object has the records of a document one a line
  if (namesColumns(format)) return { of, from, format: { kind: 'ndjson' }, gatedBelow };
  // the quarantine keeps what a decoder made of the row
  if (format.kind === 'parquet' || format.kind === 'xlsx')
    return { of, from, format: { kind: 'csv', delimiter: ',', quote: '"' }, gatedBelow };
  if (format.kind === 'fixed') return { of, from, format: { kind: 'fixed', fixed: [...format.columns] }, gatedBelow };
  const { kind, delimiter, quote, escape } = format;
  const marks = { ...(quote !== undefined && { quote }), ...(escape !== undefined && { escape }) };
  return { of, from, format: { kind, delimiter, ...marks }, gatedBelow };
}

/** What was asked for the load, but for what is of its whole object. */
export function askedAgain(load: Load): LoadRequest {
  const { control: _, objects: _all, manifest: _list, ...whole } = retryRequest(load);
  return { ...whole, dryRun: false, force: false };
}

/** Has open rejects of a load judged again as the quarantine keeps them: a load of its own at each call. */
export function quarantineRequest(load: Load, chosen: Pick<ReplayRequest, 'codes' | 'only'>): LoadRequest {
  const versionId = `replay:${load.loadId}:${randomUUID()}`;
  return { ...askedAgain(load), versionId, replay: { ...replayRequest(load, 'quarantine'), ...chosen } };
}

/** @throws LoadRejected REPLAY_REFUSED where nothing of that load can be replayed. */
export function requireReplayable(origin: Load | null, of: number): Load {
  if (origin === null)
    throw new LoadRejected('REPLAY_REFUSED', `the ledger has no load ${of}, whose rejects these would be`);
  const refusal = whyNotReplayable(origin);
  if (refusal !== null) throw new LoadRejected('REPLAY_REFUSED', refusal);
  return origin;
}

/** Why no reject of a load can be replayed, in words; null where it can. */
export function whyNotReplayable({ loadId, outcome, request, fileColumns, undoneAt }: Load): string | null {
  if (request.replay !== undefined) {
    const { of } = request.replay;
    return `load ${loadId} is a replay of load ${of}, and what it rejected is open there: landfall replay ${of}`;
  }
  if (outcome !== 'LOADED') {
    const how = outcome === null ? 'has not ended' : `is ${outcome}`;
    return `load ${loadId} ${how}: its rejects are none that a loaded file left behind; load the file itself again`;
  }
  if (undoneAt !== null)
    return `load ${loadId} was undone at ${second(undoneAt.toISOString())}, so its rejects are of no load any more: load the file itself again, that takes no --force, and what it rejects then can be replayed`;
  return fileColumns === null ? `load ${loadId} has no columns in the ledger` : null;
}
