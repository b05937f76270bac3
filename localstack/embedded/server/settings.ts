import { totalmem } from 'node:os';

/** Settings of postgresql.conf by name. */
export type ServerSettings = Readonly<Record<string, string>>;

const MB = 2 ** 20;

/**
 * What a laptop wants from a server that loads files now and then. Durability stays as in production: fsync and
 * synchronous_commit are on. wal_level stays `replica`, so WAL volumes seen here are those of a production server;
 * `minimal` would spare only tables filled in the transaction that made them, and the loader's logged tables never are.
 */
export function laptopSettings(memoryBytes: number = totalmem()): ServerSettings {
  return {
    ...commonSettings,
    // a sixteenth of memory, between 64 and 256 MB: the page cache does the rest, and the user has other things running
    shared_buffers: `${Math.round(Math.min(256, Math.max(64, memoryBytes / 16 / MB)))}MB`,
    effective_cache_size: `${Math.round(memoryBytes / 2 / MB)}MB`,
    // index builds and VACUUM; at most a few at once
    maintenance_work_mem: `${Math.round(Math.min(256, Math.max(64, memoryBytes / 32 / MB)))}MB`,
    // 5 M rows write about 1 GB of WAL: room for a load without a checkpoint forced by volume
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
  };
}

/** For tests and benchmarks: a crash may lose everything, which the next run makes again. */
export const throwawaySettings: ServerSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

const commonSettings: ServerSettings = {
  listen_addresses: '127.0.0.1',
  // a socket's path may have 107 bytes, a project folder is often deeper
  unix_socket_directories: '',
  max_connections: '50',
  // SSDs: a random page costs little more than the next one
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // an error of a statement quotes cells, and its client has its words: the log tells of the server itself (LOG, FATAL, PANIC)
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  // the statement of a command that was killed ends within seconds and not when it is done
  client_connection_check_interval: '2s',
};
