/** The migrations of this version, in order. Listed by hand, so that a bundle knows them; a test compares them with the folder. */
export const knownMigrations: readonly string[] = [
  '0001_ledger.sql',
  '0002_operations.sql',
  '0004_waiters.sql',
  '0005_zoneless_cells.sql',
  '0006_told_failures.sql',
  '0007_listings.sql',
  '0008_line_end.sql',
  '0010_sequences.sql',
  '0011_null_words.sql',
  '0014_rejects.sql',
  '0016_operating.sql',
  '0017_counts.sql',
  '0018_decoding.sql',
  '0019_named_columns.sql',
  '0020_traffic.sql',
  '0021_indexes.sql',
  '0022_cleaned.sql',
  '0023_warnings.sql',
  '0024_lines.sql',
  '0025_control.sql',
  '0026_held.sql',
  '0027_replays.sql',
  '0029_awaits.sql',
  '0030_edges.sql',
  '0031_packing.sql',
  '0032_tables.sql',
  '0033_sniffed.sql',
  '0034_forgotten_reports.sql',
  '0037_replaced.sql',
  '0038_tombstones.sql',
  '0039_diff.sql',
  '0040_pages.sql',
  '0041_tombstones_by_load.sql',
  '0043_journal.sql',
  '0044_objects.sql',
  '0045_windows.sql',
  '0046_failed_undos.sql',
  '0047_set_starts.sql',
  '0048_runs.sql',
  '0049_old_windows.sql',
];

/** By name, each in its order: what this version knows and the ledger lacks, and what the ledger has from a newer one. */
export function comparedMigrations(
  applied: readonly string[],
  known: readonly string[] = knownMigrations,
): { readonly missing: readonly string[]; readonly unknown: readonly string[] } {
  return {
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}
