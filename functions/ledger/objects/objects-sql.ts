import type { FileColumn } from '../../core/contract.ts';
import type { LineEnd } from '../../core/format/file-format.ts';
import { sql, type Sql } from '../../core/sql.ts';
import type { StoredObject } from '../../objects/store.ts';
import type { StoredColumn } from '../loads/stored-columns.ts';

/** An object of a load that has several, as the ledger has it. */
export interface ObjectRow {
  readonly ordinal: number;
  readonly bucket: string;
  readonly key: string;
  readonly version_id: string;
  readonly etag: string | null;
  readonly size: number;
  readonly object_modified: Date | null;
  readonly loaded_by: number | null;
  readonly refused_code: string | null;
  readonly decoding: string | null;
  readonly decoded_bytes: number | null;
  readonly body_end: number | null;
  readonly body_offset: number | null;
  readonly body_line: number | null;
  readonly line_end: LineEnd | null;
  readonly file_columns: StoredColumn[] | null;
  /** The first of its slices; null until they are planned. */
  readonly first_slice: number | null;
}

/** What PlanSlices found in an object's first bytes. */
export interface PlannedObject {
  readonly ordinal: number;
  readonly decoding: string | null;
  readonly decodedBytes: number | null;
  readonly bodyEnd: number | null;
  readonly bodyOffset: number;
  readonly bodyLine: number;
  readonly lineEnd: LineEnd;
  /** Null: its records name their columns. */
  readonly fileColumns: readonly FileColumn[] | null;
}

/** Written once, as the load is claimed: what stands is left as it is. */
export function insertObjects(loadId: number, objects: readonly StoredObject[]): Sql {
  return sql`
    with counted as (
      update landfall.loads
      set objects = ${objects.length}
      where (loads.load_id operator(pg_catalog.=) ${loadId})
    )
    insert into landfall.objects (load_id, ordinal, bucket, key, version_id, etag, size, object_modified)
    select ${loadId}::pg_catalog.int8, given.ordinal, given.bucket, given.key, given.version_id, given.etag, given.size, given.object_modified
    from rows from (
      pg_catalog.unnest(${objects.map(({ bucket }) => bucket)}::pg_catalog.text[]),
      pg_catalog.unnest(${objects.map(({ key }) => key)}::pg_catalog.text[]),
      pg_catalog.unnest(${objects.map(({ versionId }) => versionId)}::pg_catalog.text[]),
      pg_catalog.unnest(${objects.map(({ etag }) => etag)}::pg_catalog.text[]),
      pg_catalog.unnest(${objects.map(({ sizeBytes }) => sizeBytes)}::pg_catalog.int8[]),
      pg_catalog.unnest(${objects.map(({ lastModified }) => lastModified || null)}::pg_catalog.timestamptz[])
    ) with ordinality as given (bucket, key, version_id, etag, size, object_modified, ordinal)
    on conflict (load_id, ordinal) do nothing`;
}

/** In their order: ObjectRow rows. */
export function selectObjects(loadId: number): Sql {
  return sql`
    select objects.ordinal, objects.bucket, objects.key, objects.version_id, objects.etag, objects.size, objects.object_modified,
      objects.loaded_by, objects.refused_code, objects.decoding, objects.decoded_bytes, objects.body_end, objects.body_offset, objects.body_line,
      objects.line_end, objects.file_columns, firsts.slice as first_slice
    from landfall.objects
    left join (
      select slices.object, pg_catalog.min(slices.slice) as slice
      from landfall.slices
      where (slices.load_id operator(pg_catalog.=) ${loadId})
      group by slices.object
    ) as firsts on (firsts.object operator(pg_catalog.=) objects.ordinal)
    where (objects.load_id operator(pg_catalog.=) ${loadId})
    order by objects.ordinal`;
}

/** How each is read, beside the plan of the load. */
export function updateObjectPlans(loadId: number, plans: readonly PlannedObject[]): Sql {
  return sql`
    update landfall.objects
    set decoding = plan.decoding, decoded_bytes = plan."decodedBytes", body_end = plan."bodyEnd", body_offset = plan."bodyOffset",
      body_line = plan."bodyLine", line_end = plan."lineEnd", file_columns = plan."fileColumns"
    from pg_catalog.jsonb_to_recordset(${JSON.stringify(plans.map(storedPlan))}::pg_catalog.jsonb) as plan (
      ordinal pg_catalog.int4, decoding pg_catalog.text, "decodedBytes" pg_catalog.int8, "bodyEnd" pg_catalog.int8,
      "bodyOffset" pg_catalog.int8, "bodyLine" pg_catalog.int4, "lineEnd" pg_catalog.text, "fileColumns" pg_catalog.jsonb
    )
    where (objects.load_id operator(pg_catalog.=) ${loadId})
      and (objects.ordinal operator(pg_catalog.=) plan.ordinal)`;
}

function storedPlan({ fileColumns, ...plan }: PlannedObject): object {
  // a null of jsonb is no NULL
  if (fileColumns === null) return plan;
  return {
    ...plan,
    fileColumns: fileColumns.map(({ column, ...rest }) => ({ ...rest, column: column?.name ?? null })),
  };
}

/** An object that cannot be read, and why. */
export interface RefusedObject {
  readonly ordinal: number;
  readonly code: string;
  readonly message: string;
}

/** They are left out of their load. */
export function updateObjectsRefused(loadId: number, refused: readonly RefusedObject[]): Sql {
  return sql`
    update landfall.objects
    set refused_code = given.code, refused_message = given.message
    from pg_catalog.jsonb_to_recordset(${JSON.stringify(refused)}::pg_catalog.jsonb) as given (
      ordinal pg_catalog.int4, code pg_catalog.text, message pg_catalog.text
    )
    where (objects.load_id operator(pg_catalog.=) ${loadId})
      and (objects.ordinal operator(pg_catalog.=) given.ordinal)`;
}

/** What was read of the objects is no more. */
export function forgetObjectPlans(loadId: number): Sql {
  return sql`
    update landfall.objects
    set decoding = null, decoded_bytes = null, body_end = null, body_offset = null, body_line = null, line_end = null, file_columns = null,
      refused_code = null, refused_message = null
    where (objects.load_id operator(pg_catalog.=) ${loadId})`;
}

/** A packed object was unpacked to its end, and holds so many bytes. */
export function updateObjectDecoded(loadId: number, ordinal: number, decodedBytes: number): Sql {
  return sql`
    update landfall.objects
    set decoded_bytes = ${decodedBytes}
    where (objects.load_id operator(pg_catalog.=) ${loadId})
      and (objects.ordinal operator(pg_catalog.=) ${ordinal})`;
}

/** What decoders say of one more of its objects. */
export function addDecodingNotes(loadId: number, notes: readonly string[]): Sql {
  return sql`
    update landfall.loads
    set decoding_notes = coalesce(decoding_notes, '[]'::pg_catalog.jsonb) operator(pg_catalog.||) ${JSON.stringify(notes)}::pg_catalog.jsonb
    where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}

/** Of a report: [{ key, versionId, size, loadedBy, records, code, message, stopped }] in their order; NULL where the load has one object. */
export function reportedObjects(loadId: number): Sql {
  return sql`(
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
          'key', objects.key, 'versionId', objects.version_id, 'size', objects.size, 'loadedBy', objects.loaded_by,
          'records', coalesce(staged.records, 0),
          'code', objects.refused_code, 'message', objects.refused_message,
          'stopped', (owner.load_id is not null) and (owner.outcome is distinct from 'LOADED')
        ) order by objects.ordinal)
        from landfall.objects
        left join landfall.loads as owner on (owner.load_id operator(pg_catalog.=) objects.loaded_by)
        left join (
          select slices.object, pg_catalog.sum(slices.records) as records
          from landfall.slices
          where (slices.load_id operator(pg_catalog.=) ${loadId})
          group by slices.object
        ) as staged on (staged.object operator(pg_catalog.=) objects.ordinal)
        where (objects.load_id operator(pg_catalog.=) ${loadId})
      )`;
}
