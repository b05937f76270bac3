import { z } from 'zod';
import { many, type Db } from '../../db/client.ts';
import { type OpenRejectsOfLoad, selectLoadsWithOpenRejects } from './open-rejects-sql.ts';

const bounds = { lookedThrough: 2_000, loads: 20, rules: 5, counted: 2_000 };

/** Rejects that wait for somebody: of the last 2,000 loads those that loaded and have some. No value of a record is in it. */
export const openRejectsSchema = z.strictObject({
  /** Loads that have some, and how many rejects these are. */
  loads: z.int(),
  records: z.int(),
  /** The first twenty, the newest first. */
  newest: z.array(
    z.strictObject({
      loadId: z.int(),
      dataset: z.string(),
      target: z.string(),
      rejected: z.int(),
      /** Of those, which no replay took the place of. */
      open: z.int(),
      /** The first five rules that the open ones broke, with how many did; a record that broke two is in both. */
      rules: z.array(z.strictObject({ code: z.string(), column: z.string().nullable(), rejects: z.int() })),
      rulesLeft: z.int(),
      /** Replays took a part of more than 2,000: rules are counted of all that it rejected. */
      asLoaded: z.boolean(),
    }),
  ),
});
/** Them as a type. */
export type OpenRejects = z.infer<typeof openRejectsSchema>;

/** Bounded, so that it may be asked every second. */
export async function readOpenRejects(db: Db): Promise<OpenRejects> {
  const found = await many<OpenRejectsOfLoad>(db, selectLoadsWithOpenRejects(bounds));
  const { loads, records } = found[0] ?? { loads: 0, records: 0 };
  return {
    loads,
    records,
    newest: found.map(({ load_id: loadId, dataset, target, rejected, open, rules, rules_left, as_loaded }) => {
      const counts = { rejected, open, rules: [...rules], rulesLeft: rules_left, asLoaded: as_loaded };
      return { loadId, dataset, target, ...counts };
    }),
  };
}
