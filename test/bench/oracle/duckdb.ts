import { createRequire } from 'node:module';

/** What is asked of a connection to DuckDB. */
export interface Duck {
  /** Rows of a statement; values as DuckDB says them in JSON: texts, numbers, null. */
  readonly rows: (statement: string) => Promise<readonly (readonly unknown[])[]>;
  readonly run: (statement: string) => Promise<void>;
}

interface DuckModule {
  readonly DuckDBInstance: {
    create(path: string, settings: Readonly<Record<string, string>>): Promise<{ connect(): Promise<Connection> }>;
  };
}

interface Connection {
  run(statement: string): Promise<unknown>;
  runAndReadAll(statement: string): Promise<{ getRowsJson(): readonly (readonly unknown[])[] }>;
}

/** 70 MB unpacked, so no dependency of the project. */
const packageName = '@duckdb/node-api';
const version = '1.5.6-r.1';

/** DuckDB in memory, in one thread, so that rows keep the order of the file. Throws where it is not installed. */
export async function openDuck(): Promise<Duck> {
  const connection = await (await duckModule().DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run(`set TimeZone = 'UTC'`);
  return {
    rows: async (statement) => (await connection.runAndReadAll(statement)).getRowsJson(),
    async run(statement) {
      await connection.run(statement);
    },
  };
}

function duckModule(): DuckModule {
  try {
    return createRequire(import.meta.url)(packageName) as DuckModule;
  } catch (error) {
    throw new Error(
      `${packageName} is not installed; it is asked for here only and has 70 MB: npm install --no-save ${packageName}@${version}`,
      { cause: error },
    );
  }
}

/** A text of DuckDB's SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name of DuckDB's SQL. */
export function named(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
