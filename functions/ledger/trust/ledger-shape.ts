/** What the migrations of this version make, by test/db/ledger-shape.test.ts: a line a table, column and constraint. Over 250 lines: the ledger is that large. */
export const ledgerShape: readonly string[] = `
column landfall.batches.attempt: integer
column landfall.batches.batch: integer not null
column landfall.batches.counts: jsonb
column landfall.batches.figures: jsonb
column landfall.batches.from_record: integer not null
column landfall.batches.inserted: integer
column landfall.batches.kept_bytes: bigint
column landfall.batches.lined: boolean
column landfall.batches.load_id: bigint not null
column landfall.batches.merged_at: timestamp with time zone
column landfall.batches.merged_through: integer
column landfall.batches.planned: jsonb
column landfall.batches.planned_changed: integer not null
column landfall.batches.planned_new: integer not null
column landfall.batches.planned_stale: integer not null
column landfall.batches.planned_unchanged: integer not null
column landfall.batches.rejected: integer
column landfall.batches.rule_counts: jsonb not null default '[]'::jsonb
column landfall.batches.slice: integer not null
column landfall.batches.stale: integer
column landfall.batches.times: jsonb
column landfall.batches.to_record: integer not null
column landfall.batches.unchanged: integer
column landfall.batches.unkept_records: integer
column landfall.batches.updated: integer
column landfall.batches.vanishing: boolean
column landfall.batches.whole: boolean
column landfall.gathered.bucket: text not null
column landfall.gathered.dataset: text not null
column landfall.gathered.etag: text
column landfall.gathered.gathered_at: timestamp with time zone not null default clock_timestamp()
column landfall.gathered.key: text not null
column landfall.gathered.object_modified: timestamp with time zone
column landfall.gathered.size: bigint not null
column landfall.gathered.version_id: text not null
column landfall.gathered.window_id: bigint not null
column landfall.indexes.attached_to: jsonb
column landfall.indexes.comment: text
column landfall.indexes.definition: text not null
column landfall.indexes.dropped_at: timestamp with time zone not null default clock_timestamp()
column landfall.indexes.index_id: bigint not null generated always as identity
column landfall.indexes.index_name: text not null
column landfall.indexes.index_schema: text not null
column landfall.indexes.is_clustered: boolean not null default false
column landfall.indexes.is_concurrent: boolean not null default false
column landfall.indexes.load_id: bigint not null
column landfall.indexes.owner: text not null
column landfall.indexes.part_of: text
column landfall.indexes.rebuilt_at: timestamp with time zone
column landfall.indexes.seconds: double precision
column landfall.indexes.size_bytes: bigint not null
column landfall.indexes.statistics: jsonb not null default '[]'::jsonb
column landfall.indexes.table_oid: oid not null
column landfall.indexes.tablespace: text
column landfall.indexes.target: text not null
column landfall.indexes.tried_at: timestamp with time zone
column landfall.indexes.trouble: text
column landfall.journal.batch: integer not null
column landfall.journal.chunk: bigint not null generated always as identity
column landfall.journal.columns: smallint[]
column landfall.journal.images: text[]
column landfall.journal.keys: text[]
column landfall.journal.kind: text not null
column landfall.journal.load_id: bigint not null
column landfall.journal.rows: integer not null
column landfall.journal.written_by: xid8 not null
column landfall.kept_rows.batch: integer not null
column landfall.kept_rows.key: text not null
column landfall.kept_rows.load_id: bigint not null
column landfall.kept_rows.message: text not null
column landfall.kept_rows.place: integer not null
column landfall.kept_rows.sql_state: text
column landfall.leases.acquired_at: timestamp with time zone not null default clock_timestamp()
column landfall.leases.attempt: integer not null
column landfall.leases.execution: text not null
column landfall.leases.expires_at: timestamp with time zone not null
column landfall.leases.load_id: bigint not null
column landfall.leases.owner: jsonb
column landfall.leases.target: text not null
column landfall.leases.token: text not null
column landfall.listings.after_key: text
column landfall.listings.began_at: timestamp with time zone not null default clock_timestamp()
column landfall.listings.bucket: text not null
column landfall.listings.dataset: text not null
column landfall.listings.listed_at: timestamp with time zone not null default clock_timestamp()
column landfall.listings.prefix: text not null
column landfall.listings.rounded_at: timestamp with time zone
column landfall.loads.approved_at: timestamp with time zone
column landfall.loads.approved_by: text
column landfall.loads.atomic: boolean
column landfall.loads.attempt: integer not null default 0
column landfall.loads.attempt_started_at: timestamp with time zone
column landfall.loads.awaits: text[]
column landfall.loads.awaits_until: timestamp with time zone
column landfall.loads.body_end: bigint
column landfall.loads.body_line: integer
column landfall.loads.body_offset: bigint
column landfall.loads.bucket: text not null
column landfall.loads.closed_rejects: bigint
column landfall.loads.code: text
column landfall.loads.composed_at: timestamp with time zone
column landfall.loads.contract: jsonb
column landfall.loads.contract_hash: text
column landfall.loads.control: jsonb
column landfall.loads.counts: jsonb
column landfall.loads.dataset: text not null
column landfall.loads.decoded_bytes: bigint
column landfall.loads.decoding: text
column landfall.loads.decoding_notes: jsonb
column landfall.loads.deleted: bigint not null default 0
column landfall.loads.diff: jsonb
column landfall.loads.digests: jsonb
column landfall.loads.duplicate: bigint not null default 0
column landfall.loads.ended_at: timestamp with time zone
column landfall.loads.epoch: uuid
column landfall.loads.etag: text
column landfall.loads.execution: text
column landfall.loads.figures: jsonb
column landfall.loads.file_columns: jsonb
column landfall.loads.first_look: jsonb
column landfall.loads.fitting_charsets: text[]
column landfall.loads.gated_at: timestamp with time zone
column landfall.loads.gated_below: xid8
column landfall.loads.gated_epoch: uuid
column landfall.loads.generation: integer not null
column landfall.loads.held: jsonb
column landfall.loads.held_told_at: timestamp with time zone
column landfall.loads.held_until: timestamp with time zone
column landfall.loads.indexes: jsonb
column landfall.loads.inserted: bigint not null default 0
column landfall.loads.journal_forgotten_at: timestamp with time zone
column landfall.loads.key: text not null
column landfall.loads.lanes: integer
column landfall.loads.leaves_out: boolean
column landfall.loads.line_end: text
column landfall.loads.live: jsonb
column landfall.loads.load_id: bigint not null generated always as identity
column landfall.loads.memory: jsonb
column landfall.loads.message: text
column landfall.loads.object_modified: timestamp with time zone
column landfall.loads.objects: integer
column landfall.loads.outcome: text
column landfall.loads.overtook: jsonb
column landfall.loads.padding_bytes: bigint
column landfall.loads.page_path: text
column landfall.loads.planned_at: timestamp with time zone
column landfall.loads.records: bigint not null default 0
column landfall.loads.rejected: bigint not null default 0
column landfall.loads.rejects_by_code: jsonb not null default '[]'::jsonb
column landfall.loads.rejects_path: text
column landfall.loads.replay: jsonb
column landfall.loads.report_forgotten_at: timestamp with time zone
column landfall.loads.report_path: text
column landfall.loads.reported_at: timestamp with time zone
column landfall.loads.request: jsonb not null
column landfall.loads.rows_before: bigint
column landfall.loads.sequencer: text
column landfall.loads.sequences: jsonb
column landfall.loads.signals: jsonb
column landfall.loads.size: bigint not null
column landfall.loads.sniffed: jsonb
column landfall.loads.stale: bigint not null default 0
column landfall.loads.started_at: timestamp with time zone not null default clock_timestamp()
column landfall.loads.target: text not null
column landfall.loads.trailer: jsonb
column landfall.loads.unchanged: bigint not null default 0
column landfall.loads.undone_at: timestamp with time zone
column landfall.loads.updated: bigint not null default 0
column landfall.loads.validated_at: timestamp with time zone
column landfall.loads.version_id: text not null
column landfall.loads.warnings: jsonb
column landfall.loads.would_be: jsonb
column landfall.migrations.applied_at: timestamp with time zone not null default clock_timestamp()
column landfall.migrations.name: text not null
column landfall.migrations.sha256: text not null
column landfall.objects.body_end: bigint
column landfall.objects.body_line: integer
column landfall.objects.body_offset: bigint
column landfall.objects.bucket: text not null
column landfall.objects.decoded_bytes: bigint
column landfall.objects.decoding: text
column landfall.objects.etag: text
column landfall.objects.file_columns: jsonb
column landfall.objects.key: text not null
column landfall.objects.line_end: text
column landfall.objects.load_id: bigint not null
column landfall.objects.loaded_by: bigint
column landfall.objects.object_modified: timestamp with time zone
column landfall.objects.ordinal: integer not null
column landfall.objects.refused_code: text
column landfall.objects.refused_message: text
column landfall.objects.run: integer
column landfall.objects.run_before: integer
column landfall.objects.run_records: integer
column landfall.objects.run_shift: bigint
column landfall.objects.size: bigint not null
column landfall.objects.version_id: text not null
column landfall.operating.began_at: timestamp with time zone
column landfall.operating.by: text
column landfall.operating.pid: integer
column landfall.operating.role: text
column landfall.operating.seat: integer not null
column landfall.operating.session_started_at: timestamp with time zone
column landfall.operating.token: text
column landfall.operating.verb: text
column landfall.operations.answer: jsonb
column landfall.operations.at: timestamp with time zone not null default clock_timestamp()
column landfall.operations.by: text not null
column landfall.operations.input: jsonb not null
column landfall.operations.load_id: bigint
column landfall.operations.operation_id: bigint not null generated always as identity
column landfall.operations.target: text
column landfall.operations.verb: text not null
column landfall.operations.why: text
column landfall.pauses.by: text not null
column landfall.pauses.paused_at: timestamp with time zone not null default clock_timestamp()
column landfall.pauses.target: text not null
column landfall.pauses.why: text
column landfall.rejects.byte_length: bigint
column landfall.rejects.byte_offset: bigint not null
column landfall.rejects.closed_at: timestamp with time zone
column landfall.rejects.closed_by: bigint
column landfall.rejects.kind: text not null
column landfall.rejects.line: bigint
column landfall.rejects.load_id: bigint not null
column landfall.rejects.open_as: bigint
column landfall.rejects.open_line: bigint
column landfall.rejects.raw: bytea
column landfall.rejects.reasons: jsonb not null
column landfall.rejects.record_no: bigint not null
column landfall.rejects.replayed_as: bigint
column landfall.rejects.replayed_by: bigint
column landfall.rejects.replayed_whole: boolean
column landfall.set_starts.bucket: text not null
column landfall.set_starts.dataset: text not null
column landfall.set_starts.etag: text
column landfall.set_starts.key: text not null
column landfall.set_starts.load_id: bigint
column landfall.set_starts.looked_at: timestamp with time zone
column landfall.set_starts.object_modified: timestamp with time zone
column landfall.set_starts.seen_at: timestamp with time zone not null default clock_timestamp()
column landfall.set_starts.size: bigint not null
column landfall.set_starts.version_id: text not null
column landfall.slices.attempt: integer
column landfall.slices.base_line: bigint
column landfall.slices.base_record: bigint
column landfall.slices.blank_lines: integer
column landfall.slices.cleaned: jsonb
column landfall.slices.default_disposition: "char"
column landfall.slices.end_offset: bigint
column landfall.slices.epoch: uuid
column landfall.slices.guess_failed: boolean not null default false
column landfall.slices.kept_bytes: bigint
column landfall.slices.lines: integer
column landfall.slices.load_id: bigint not null
column landfall.slices.named_columns: jsonb
column landfall.slices.null_words: jsonb
column landfall.slices.object: integer
column landfall.slices.open_quote_line: integer
column landfall.slices.open_quote_offset: bigint
column landfall.slices.range_end: bigint not null
column landfall.slices.range_start: bigint not null
column landfall.slices.raw_records: integer
column landfall.slices.records: integer
column landfall.slices.regular: boolean
column landfall.slices.rejected: integer not null default 0
column landfall.slices.rule_counts: jsonb not null default '[]'::jsonb
column landfall.slices.skipped: jsonb
column landfall.slices.slice: integer not null
column landfall.slices.staged_at: timestamp with time zone
column landfall.slices.start_known: boolean
column landfall.slices.start_offset: bigint
column landfall.slices.started_at: timestamp with time zone
column landfall.slices.typed_records: integer
column landfall.slices.unkept_records: integer
column landfall.slices.unsound_records: integer
column landfall.slices.validated_epoch: uuid
column landfall.slices.warnings: jsonb
column landfall.slices.zoneless_cells: bigint
column landfall.told_failures.about: text not null
column landfall.told_failures.cause: text not null
column landfall.told_failures.failed_at: timestamp with time zone not null default clock_timestamp()
column landfall.told_failures.load_id: bigint
column landfall.told_failures.told_at: timestamp with time zone
column landfall.tombstones.deleted_at: timestamp with time zone not null
column landfall.tombstones.key_hash: bytea not null
column landfall.tombstones.load_id: bigint not null
column landfall.tombstones.table_oid: oid not null
column landfall.undo_kept.chunk: bigint not null
column landfall.undo_kept.key: text not null
column landfall.undo_kept.load_id: bigint not null
column landfall.undo_kept.message: text not null
column landfall.undo_kept.place: integer not null
column landfall.undo_kept.sql_state: text
column landfall.undo_kept.why: text not null
column landfall.undos.asked_at: timestamp with time zone not null default clock_timestamp()
column landfall.undos.asked_by: text not null
column landfall.undos.began_at: timestamp with time zone
column landfall.undos.code: text
column landfall.undos.ended_at: timestamp with time zone
column landfall.undos.execution: text
column landfall.undos.failed_at: timestamp with time zone
column landfall.undos.kept: bigint not null default 0
column landfall.undos.load_id: bigint not null
column landfall.undos.message: text
column landfall.undos.removed: bigint not null default 0
column landfall.undos.reported_at: timestamp with time zone
column landfall.undos.restored: bigint not null default 0
column landfall.undos.returned: bigint not null default 0
column landfall.undos.untouched: bigint not null default 0
column landfall.undos.why: text
column landfall.waiters.execution: text not null
column landfall.waiters.load_id: bigint not null
column landfall.waiters.looks: integer not null default 1
column landfall.waiters.owner: jsonb
column landfall.waiters.seen_at: timestamp with time zone not null default clock_timestamp()
column landfall.waiters.target: text not null
column landfall.waits.begun_at: timestamp with time zone not null default clock_timestamp()
column landfall.waits.ended_at: timestamp with time zone
column landfall.waits.figure: text not null
column landfall.waits.load_id: bigint not null
column landfall.waits.looks: integer not null default 1
column landfall.waits.signal: text not null
column landfall.windows.closes_at: timestamp with time zone not null
column landfall.windows.dataset: text not null
column landfall.windows.execution: text not null
column landfall.windows.load_id: bigint
column landfall.windows.opened_at: timestamp with time zone not null default clock_timestamp()
column landfall.windows.sealed_at: timestamp with time zone
column landfall.windows.window_id: bigint not null generated always as identity
column landfall_staging.epochs.epoch: uuid not null
column landfall_staging.epochs.load_id: bigint not null
constraint batches_load_id_fkey of landfall.batches: FOREIGN KEY (load_id) REFERENCES landfall.loads(load_id) ON DELETE CASCADE
constraint batches_pkey of landfall.batches: PRIMARY KEY (load_id, batch)
constraint epochs_pkey of landfall_staging.epochs: PRIMARY KEY (load_id)
constraint gathered_pkey of landfall.gathered: PRIMARY KEY (window_id, bucket, key)
constraint gathered_window_id_fkey of landfall.gathered: FOREIGN KEY (window_id) REFERENCES landfall.windows(window_id) ON DELETE CASCADE
constraint indexes_pkey of landfall.indexes: PRIMARY KEY (index_id)
constraint journal_kind_check of landfall.journal: CHECK ((kind = ANY (ARRAY['inserted'::text, 'updated'::text, 'deleted'::text])))
constraint journal_pkey of landfall.journal: PRIMARY KEY (load_id, chunk)
constraint kept_rows_pkey of landfall.kept_rows: PRIMARY KEY (load_id, batch, place)
constraint leases_load_id_fkey of landfall.leases: FOREIGN KEY (load_id) REFERENCES landfall.loads(load_id) ON DELETE CASCADE
constraint leases_pkey of landfall.leases: PRIMARY KEY (target)
constraint listings_pkey of landfall.listings: PRIMARY KEY (dataset, bucket, prefix)
constraint loads_dataset_bucket_key_version_id_generation_key of landfall.loads: UNIQUE (dataset, bucket, key, version_id, generation)
constraint loads_outcome_check of landfall.loads: CHECK ((outcome = ANY (ARRAY['LOADED'::text, 'ALREADY_LOADED'::text, 'DRY_RUN'::text, 'HELD'::text, 'REJECTED'::text, 'SUPERSEDED'::text, 'IGNORED'::text, 'FAILED'::text])))
constraint loads_pkey of landfall.loads: PRIMARY KEY (load_id)
constraint migrations_pkey of landfall.migrations: PRIMARY KEY (name)
constraint objects_load_id_fkey of landfall.objects: FOREIGN KEY (load_id) REFERENCES landfall.loads(load_id) ON DELETE CASCADE
constraint objects_pkey of landfall.objects: PRIMARY KEY (load_id, ordinal)
constraint operating_pkey of landfall.operating: PRIMARY KEY (seat)
constraint operations_pkey of landfall.operations: PRIMARY KEY (operation_id)
constraint pauses_pkey of landfall.pauses: PRIMARY KEY (target)
constraint rejects_kind_check of landfall.rejects: CHECK ((kind = ANY (ARRAY['reject'::text, 'duplicate'::text])))
constraint rejects_pkey of landfall.rejects: PRIMARY KEY (load_id, record_no)
constraint set_starts_pkey of landfall.set_starts: PRIMARY KEY (dataset, bucket, key, version_id)
constraint slices_load_id_fkey of landfall.slices: FOREIGN KEY (load_id) REFERENCES landfall.loads(load_id) ON DELETE CASCADE
constraint slices_pkey of landfall.slices: PRIMARY KEY (load_id, slice)
constraint told_failures_pkey of landfall.told_failures: PRIMARY KEY (cause, about)
constraint tombstones_pkey of landfall.tombstones: PRIMARY KEY (table_oid, key_hash)
constraint undo_kept_pkey of landfall.undo_kept: PRIMARY KEY (load_id, chunk, place)
constraint undo_kept_why_check of landfall.undo_kept: CHECK ((why = ANY (ARRAY['changed'::text, 'deleted'::text, 'made'::text, 'referenced'::text, 'refused'::text])))
constraint undos_pkey of landfall.undos: PRIMARY KEY (load_id)
constraint waiters_load_id_fkey of landfall.waiters: FOREIGN KEY (load_id) REFERENCES landfall.loads(load_id) ON DELETE CASCADE
constraint waiters_pkey of landfall.waiters: PRIMARY KEY (load_id, execution)
constraint waits_pkey of landfall.waits: PRIMARY KEY (load_id, begun_at)
constraint windows_pkey of landfall.windows: PRIMARY KEY (window_id)
table landfall.batches: logged
table landfall.gathered: logged
table landfall.indexes: logged
table landfall.journal: logged
table landfall.kept_rows: logged
table landfall.leases: logged
table landfall.listings: logged
table landfall.loads: logged
table landfall.migrations: logged
table landfall.objects: logged
table landfall.operating: logged
table landfall.operations: logged
table landfall.pauses: logged
table landfall.rejects: logged
table landfall.set_starts: logged
table landfall.slices: logged
table landfall.told_failures: logged
table landfall.tombstones: logged
table landfall.undo_kept: logged
table landfall.undos: logged
table landfall.waiters: logged
table landfall.waits: logged
table landfall.windows: logged
table landfall_staging.epochs: unlogged
`
  .trim()
  .split('\n');
