import type pg from 'pg';

/** Whether the process that the server named when this connection began is this one; a pooler names none of the server's. */
export function isServedBy(db: pg.Client, backend: number): boolean {
  return (db as pg.Client & { readonly processID: number | null }).processID === backend;
}
