import { sql, type Sql } from '../../core/sql.ts';

/** How far WAL is archived. Names of files are those of WAL: 24 hexadecimal digits, or of something else that is archived too. */
export interface Archive {
  readonly current: string;
  readonly segmentBytes: number;
  /** NULL: none since the statistics began. */
  readonly lastArchived: string | null;
  /** What the archiver tries again and again; NULL: its last try succeeded. */
  readonly failing: string | null;
  /** Files that are ready for it; NULL: the role may not list them. */
  readonly ready: number | null;
}

/** One Archive. Between two segments PostgreSQL 16 names the one before, later ones the one that begins: a byte further on all name that. @param mayList whether the role may call pg_ls_archive_statusdir */
export function archiveOfServer(mayList: boolean): Sql {
  const ready = mayList
    ? sql`(select pg_catalog.count(*)
        from pg_catalog.pg_ls_archive_statusdir() as file
        where (pg_catalog.right(file.name, 6) operator(pg_catalog.=) '.ready'))`
    : sql`null`;
  return sql`
    select pg_catalog.jsonb_build_object(
      'current', pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn() operator(pg_catalog.+) 1),
      'segmentBytes', pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size')),
      'lastArchived', archiver.last_archived_wal,
      'failing', case
        when (archiver.last_failed_time operator(pg_catalog.>) coalesce(archiver.last_archived_time, '-infinity'))
        then archiver.last_failed_wal end,
      'ready', ${ready}
    )
    from pg_catalog.pg_stat_get_archiver() as archiver`;
}
