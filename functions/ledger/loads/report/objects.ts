import type { LoadReport, Outcome } from '../../../protocol/outcomes.ts';
import type { Db } from '../../../db/client.ts';
import { objectsOfRecords } from '../../objects/objects-of-records.ts';
import { readLoad } from '../load.ts';

/** As the ledger has an object of several. */
export interface ReportedObject {
  readonly key: string;
  readonly versionId: string;
  readonly size: number;
  /** The load that had loaded it before. */
  readonly loadedBy: number | null;
  readonly records: number;
  /** Why it was left out; null: it was not. */
  readonly code: string | null;
  readonly message: string | null;
  /** That load did not come to its end, and has it still to bring. */
  readonly stopped: boolean;
}

/** Columns of a load. */
interface ObjectsRow {
  readonly of_objects: readonly ReportedObject[] | null;
  readonly outcome: Outcome | null;
}

/** What becomes of the load becomes of its objects, but for those that another had loaded. */
export function objectsOf({ of_objects: objects, outcome }: ObjectsRow): Pick<LoadReport, 'objects'> {
  if (objects === null) return {};
  return {
    objects: objects.map(({ loadedBy, stopped, code, message, ...object }) => ({
      ...object,
      outcome: outcomeOf({ loadedBy, stopped, code }, outcome),
      ...(code !== null && message !== null && { code, message }),
      ...(loadedBy !== null && { loadedBy }),
    })),
  };
}

function outcomeOf(
  { loadedBy, stopped, code }: Pick<ReportedObject, 'loadedBy' | 'stopped' | 'code'>,
  ofLoad: Outcome | null,
): Outcome {
  if (loadedBy !== null) return stopped ? 'FAILED' : 'ALREADY_LOADED';
  return code === null ? (ofLoad ?? 'FAILED') : 'REJECTED';
}

/** Places with the object that each is of. */
export async function placed(db: Db, loadId: number, { warnings }: Warned): Promise<Warned> {
  if (warnings === undefined) return {};
  const at = await objectsOfRecords(db, await readLoad(db, loadId));
  return {
    warnings: warnings.map((warning) => ({
      ...warning,
      places: warning.places.map((place) => ({ ...place, object: at(place.record).object.key })),
    })),
  };
}

type Warned = Pick<LoadReport, 'warnings'>;
