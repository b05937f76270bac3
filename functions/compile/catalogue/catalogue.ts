/** What pg_catalog says about a target. Plain JSON. */
export interface Catalogue extends CatalogueRelation {
  /** In attribute order, without dropped ones. */
  readonly columns: readonly CatalogueColumn[];
  readonly checks: readonly CatalogueCheck[];
  readonly foreignKeys: readonly CatalogueForeignKey[];
  /** Names of exclusion constraints, and of keys WITHOUT OVERLAPS (PostgreSQL 18): only the target itself can judge them. */
  readonly exclusions: readonly string[];
  /** Every unique index, usable as an arbiter or not. */
  readonly uniqueIndexes: readonly CatalogueIndex[];
}

/** The table itself, the role's rights on it, and what stands around it. */
export interface CatalogueRelation {
  readonly schema: string;
  readonly table: string;
  readonly oid: number;
  /** pg_class.relkind: r table, p partitioned table, v view, m materialized view, f foreign table, S sequence, i or I index, c type, t TOAST. */
  readonly kind: string;
  /** pg_class.relpersistence: p permanent, u unlogged, t temporary. */
  readonly persistence: string;
  readonly rowSecurity: boolean;
  readonly role: string;
  readonly schemaUsage: boolean;
  readonly canSelect: boolean;
  readonly canInsert: boolean;
  readonly canUpdate: boolean;
  readonly canDelete: boolean;
  /** Names of rewrite rules, enabled or not. */
  readonly rules: readonly string[];
  readonly triggers: readonly CatalogueTrigger[];
  /** Child tables by inheritance, not partitions. */
  readonly childTables: readonly string[];
  /** Its updates are published, but it has no replica identity: UPDATE fails (55000). */
  readonly lacksReplicaIdentity: boolean;
  /** Publications of the table by name for which PostgreSQL refuses its UPDATE, DELETE or both (42P10). */
  readonly unfitPublications?: readonly UnfitPublication[];
  /** Columns of the partition key; an expression is null. Empty where the table is not partitioned. */
  readonly partitionKey: readonly (string | null)[];
  /** What a row must satisfy to lie in this table, which is itself a partition. */
  readonly partitionBound: string | null;
  /** What a row must satisfy for each leaf partition: one of them must hold. Null where every row has its place, or there are too many leaves. */
  readonly leafBounds: readonly string[] | null;
}

/** A publication that does not fit the table's replica identity. */
interface UnfitPublication {
  readonly name: string;
  readonly updates: boolean;
  readonly deletes: boolean;
  /** Columns that its row filter asks for and the identity lacks. */
  readonly filtersBy: readonly string[];
  /** Columns of the identity that its list of columns lacks. */
  readonly lacks: readonly string[];
}

/** A trigger of the user's own. */
export interface CatalogueTrigger {
  readonly name: string;
  readonly before: boolean;
  readonly perRow: boolean;
  readonly enabled: boolean;
}

/** One column, with the type beneath its domains. */
export interface CatalogueColumn {
  readonly name: string;
  /** format_type, qualified outside pg_catalog; a domain under its own name. */
  readonly type: string;
  /** Name of the type beneath all domains, as in pg_type: `int4`, `bpchar`, `_text`. */
  readonly baseType: string;
  /** The base type is one of pg_catalog's own. */
  readonly builtIn: boolean;
  /** pg_type.typtype of the base type: b base, e enum, c composite, r range, m multirange. */
  readonly baseKind: string;
  /** atttypmod, or that of the innermost domain; -1: none. */
  readonly modifier: number;
  readonly isDomain: boolean;
  /** The column's own NOT NULL or a domain's. */
  readonly notNull: boolean;
  /** A default of the column or of its domain; for generated and identity columns false. */
  readonly hasDefault: boolean;
  /** pg_get_expr of the column's own default; null: it has none. */
  readonly defaultExpression?: string | null;
  /** a: GENERATED ALWAYS, d: BY DEFAULT, empty: none. */
  readonly identity: string;
  readonly generated: boolean;
  /** pg_get_expr of what a generated column is computed by; null: it is none. */
  readonly generatedAs: string | null;
  readonly labels: readonly string[] | null;
  /** Equality of the base type as SQL: `operator(pg_catalog.=)`. */
  readonly equals: string;
  /** format_type of the enum that it is a domain over; null or absent: it is no such domain. */
  readonly enumType?: string | null;
  /** Where it is not the type's own: `pg_catalog."C"`, as SQL. */
  readonly collation: string | null;
  /** There is a default B-tree operator class, so values can be compared. */
  readonly orderable: boolean;
}

/** A CHECK constraint. */
export interface CatalogueCheck {
  readonly name: string;
  /** pg_get_expr: everything outside pg_catalog qualified. */
  readonly expression: string;
  /** Null where it reads the whole row or a system column. */
  readonly columns: readonly string[] | null;
}

/** A foreign key of the target. */
export interface CatalogueForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly parentSchema: string;
  readonly parentTable: string;
  readonly parentColumns: readonly string[];
  /** To the table itself, or to one that it is a partition of. */
  readonly selfReferencing: boolean;
  /** Equality of each column, the parent's on the left, as SQL: `operator(pg_catalog.=)`. */
  readonly operators: readonly string[];
  readonly matchFull: boolean;
  readonly deferrable: boolean;
  /** PERIOD (PostgreSQL 18): rows of the parent satisfy it together, which only the target itself can judge. */
  readonly period?: boolean;
  /** The role may read all of the parent's rows. */
  readonly parentReadable: boolean;
}

/** A unique index. */
export interface CatalogueIndex {
  readonly name: string;
  /** Key columns without INCLUDE; an expression is null. */
  readonly columns: readonly (string | null)[];
  readonly partial: boolean;
  /** pg_get_expr of its WHERE; null: it has none. */
  readonly predicate?: string | null;
  readonly deferrable: boolean;
  /** WITHOUT OVERLAPS (PostgreSQL 18): rows may share its columns but for the last one, and ON CONFLICT takes none such. */
  readonly withoutOverlaps?: boolean;
  /** Valid, ready and live: ON CONFLICT may use it. */
  readonly usable: boolean;
  readonly nullsNotDistinct: boolean;
  /** Of columns that it finds equal otherwise than the column itself does; null: there is none. */
  readonly collations?: readonly IndexCollation[] | null;
}

/** A collation of an index that is not its column's, where one of the two is nondeterministic: other texts are equal to it. */
export interface IndexCollation {
  readonly column: string;
  /** As SQL: `public.case_insensitive`. */
  readonly collation: string;
  readonly deterministic: boolean;
  readonly ownDeterministic: boolean;
}
