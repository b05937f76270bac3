import { describe, expect, test } from 'vitest';
import { memoryWithin, type ServerSettings } from '../../../functions/governor/memory/memory-within.ts';

const MB = 1_024;
const GB = 1_024 * MB;

function server(changes: Partial<ServerSettings> = {}): ServerSettings {
  return {
    kind: 'postgres',
    sharedBuffersKb: 128 * MB,
    maxConnections: 100,
    workers: 2,
    maintenanceWorkers: 2,
    maintenanceWorkMemKb: null,
    ...changes,
  };
}

describe('memory for statements over the whole load', () => {
  test.each<[string, ServerSettings, { work: number; hash: number; workers: number; build: number; builders: number }]>(
    [
      ['as PostgreSQL is installed', server(), { work: 16, hash: 1.66, workers: 2, build: 128, builders: 2 }],
      [
        'too small for two workers',
        server({ sharedBuffersKb: 80 * MB, maxConnections: 20 }),
        { work: 16, hash: 1.5, workers: 1, build: 80, builders: 1 },
      ],
      [
        'too small for any',
        server({ sharedBuffersKb: 16 * MB, maxConnections: 20 }),
        { work: 16, hash: 1, workers: 0, build: 16, builders: 0 },
      ],
      [
        'full of connections',
        server({ maxConnections: 1_000 }),
        { work: 16, hash: 1, workers: 0, build: 16, builders: 0 },
      ],
      ['of 4 GB', server({ sharedBuffersKb: GB }), { work: 113, hash: 2, workers: 2, build: 1_024, builders: 2 }],
      [
        'of 64 GB',
        server({ sharedBuffersKb: 16 * GB }),
        { work: 1_024, hash: 2, workers: 2, build: 1_024, builders: 2 },
      ],
      [
        'without parallel workers',
        server({ sharedBuffersKb: GB, workers: 0, maintenanceWorkers: 0 }),
        { work: 341, hash: 2, workers: 0, build: 1_024, builders: 0 },
      ],
      [
        'RDS of 4 GB',
        server({ kind: 'rds', sharedBuffersKb: GB }),
        { work: 113, hash: 2, workers: 2, build: 1_024, builders: 2 },
      ],
      [
        'Aurora of 4 GB',
        server({ kind: 'aurora', sharedBuffersKb: 3 * GB }),
        { work: 51, hash: 2, workers: 2, build: 462, builders: 2 },
      ],
      [
        'whose owner gives builds more',
        server({ maintenanceWorkMemKb: 2 * GB }),
        { work: 16, hash: 1.66, workers: 2, build: 2_048, builders: 2 },
      ],
      [
        'whose owner gives builds less',
        server({ maintenanceWorkMemKb: 32 * MB }),
        { work: 16, hash: 1.66, workers: 2, build: 128, builders: 2 },
      ],
    ],
  )('of a server %s', (_, settings, { work, hash, workers, build, builders }) => {
    const memory = memoryWithin(settings);
    expect({
      ...memory,
      workMemKb: Math.floor(memory.workMemKb / MB),
      maintenanceWorkMemKb: Math.floor(memory.maintenanceWorkMemKb / MB),
    }).toMatchObject({
      workMemKb: work,
      hashMemMultiplier: hash,
      workers,
      maintenanceWorkMemKb: build,
      maintenanceWorkers: builders,
    });
  });

  test('is a quarter of the server at most, in sum of all processes, where that is more than the least', () => {
    for (const kind of ['postgres', 'rds', 'aurora'] as const) {
      for (let megabytes = 64; megabytes <= 256 * 1_024; megabytes *= 1.5) {
        for (const workers of [0, 1, 2, 4, 8]) {
          const estimateKb = (megabytes * MB) / (kind === 'aurora' ? 0.75 : 0.25);
          const memory = memoryWithin(
            server({ kind, sharedBuffersKb: Math.round(megabytes * MB), workers, maxConnections: 20 }),
          );
          const sum = (memory.workers + 1) * memory.workMemKb * (1 + memory.hashMemMultiplier);
          expect(sum).toBeLessThanOrEqual(Math.max(estimateKb / 4, 2 * 16 * MB) + 1);
          expect(memory.maintenanceWorkMemKb).toBeLessThanOrEqual(Math.max(estimateKb / 4, 16 * MB) + 1);
        }
      }
    }
  });

  test('is what the dataset says, where it says so', () => {
    const memory = memoryWithin(server(), { workMem: 512 * 1_024 ** 2, maintenanceWorkMem: 4 * 1_024 ** 3 });
    expect(memory).toMatchObject({ workMemKb: 512 * MB, maintenanceWorkMemKb: 4 * GB, maintenanceWorkers: 2 });
    expect(memory.why).toBe(
      "shared_buffers is 128 MB, taken for a quarter of the server's memory: a quarter of 512 MB at most; workMem and maintenanceWorkMem as the dataset says",
    );
  });
});
