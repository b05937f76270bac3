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
  /** The first of its slices; null until they are planned, and of one that shares a slice. */
  readonly first_slice: number | null;
  readonly run: number | null;
  readonly run_shift: number | null;
  readonly run_before: number | null;
  readonly run_records: number | null;
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
  /** Null: they are those of the load. */
  readonly fileColumns: readonly FileColumn[] | null;
  /** The slice that it shares with others; null: it shares none. */
  readonly run: number | null;
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
      objects.line_end, objects.file_columns, firsts.slice as first_slice,
      objects.run, objects.run_shift, objects.run_before, objects.run_records
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
      body_line = plan."bodyLine", line_end = plan."lineEnd", file_columns = plan."fileColumns", run = plan.run,
      run_shift = null, run_before = null, run_records = null
    from pg_catalog.jsonb_to_recordset(${JSON.stringify(plans.map(storedPlan))}::pg_catalog.jsonb) as plan (
      ordinal pg_catalog.int4, decoding pg_catalog.text, "decodedBytes" pg_catalog.int8, "bodyEnd" pg_catalog.int8,
      "bodyOffset" pg_catalog.int8, "bodyLine" pg_catalog.int4, "lineEnd" pg_catalog.text, "fileColumns" pg_catalog.jsonb,
      run pg_catalog.int4
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

/** They are left out of their load, and nothing of them is read any more. */
export function updateObjectsRefused(loadId: number, refused: readonly RefusedObject[]): Sql {
  return sql`
    update landfall.objects
    set refused_code = given.code, refused_message = given.message,
      decoding = null, decoded_bytes = null, body_end = null, body_offset = null, body_line = null, line_end = null, file_columns = null,
      run_shift = null, run_before = null, run_records = null
    from pg_catalog.jsonb_to_recordset(${JSON.stringify(refused)}::pg_catalog.jsonb) as given (
      ordinal pg_catalog.int4, code pg_catalog.text, message pg_catalog.text
    )
    where (objects.load_id operator(pg_catalog.=) ${loadId})
      and (objects.ordinal operator(pg_catalog.=) given.ordinal)`;
}

/** Those that were left out of their load since they cannot be read: { ordinal }. */
export function selectRefused(loadId: number): Sql {
  return sql`
    select objects.ordinal
    from landfall.objects
    where (objects.load_id operator(pg_catalog.=) ${loadId})
      and (objects.refused_code is not null)`;
}

/** Why, in the order of the objects: { code, message }. */
export function selectRefusals(loadId: number): Sql {
  return sql`
    select objects.refused_code as code, objects.refused_message as message
    from landfall.objects
    where (objects.load_id operator(pg_catalog.=) ${loadId})
      and (objects.refused_code is not null)
    order by objects.ordinal`;
}

/** What was read of the objects is no more. */
export function forgetObjectPlans(loadId: number): Sql {
  return sql`
    update landfall.objects
    set decoding = null, decoded_bytes = null, body_end = null, body_offset = null, body_line = null, line_end = null, file_columns = null,
      run = null, run_shift = null, run_before = null, run_records = null, refused_code = null, refused_message = null
    where (objects.load_id operator(pg_catalog.=) ${loadId})`;
}

/** An object as the receipt of the slice that it shares with others has it. */
export interface StagedPart {
  readonly ordinal: number;
  /** An offset in the slice is one in the object and so many more. */
  readonly shift: number;
  /** Records of the slice that stand in objects before it, and its own. */
  readonly before: number;
  readonly records: number;
  /** Null: it is not packed. */
  readonly decodedBytes: number | null;
}

/** Written in the transaction of the COPY that they are the receipt of, beside that of the slice. */
export function updateStagedParts(loadId: number, parts: readonly StagedPart[]): Sql {
  return sql`
    update landfall.objects
    set run_shift = part.shift, run_before = part.before, run_records = part.records,
      decoded_bytes = coalesce(part."decodedBytes", objects.decoded_bytes)
    from pg_catalog.jsonb_to_recordset(${JSON.stringify(parts)}::pg_catalog.jsonb) as part (
      ordinal pg_catalog.int4, shift pg_catalog.int8, before pg_catalog.int4, records pg_catalog.int4, "decodedBytes" pg_catalog.int8
    )
    where (objects.load_id operator(pg_catalog.=) ${loadId})
      and (objects.ordinal operator(pg_catalog.=) part.ordinal)`;
}

/**
 * Of a report: [{ key, versionId, size, loadedBy, records, code, message, stopped }] in their order; NULL where the load has one object. Their records are those
 * of the load, added up: none where it was refused before Compose counted any, whatever of it was staged until then.
 */
export function reportedObjects(loadId: number): Sql {
  return sql`(
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
          'key', objects.key, 'versionId', objects.version_id, 'size', objects.size, 'loadedBy', objects.loaded_by,
          'records', coalesce(case
              when (own.records operator(pg_catalog.=) 0) then 0
              when (objects.run is null) then staged.records
              else objects.run_records
            end, 0),
          'code', objects.refused_code, 'message', objects.refused_message,
          'stopped', (owner.load_id is not null) and (owner.outcome is distinct from 'LOADED')
        ) order by objects.ordinal)
        from landfall.objects
        join landfall.loads as own on (own.load_id operator(pg_catalog.=) objects.load_id)
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
