import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import type { Target } from '../database/database.ts';
import { type Call, longestWaitMs, type Teller } from './teller.ts';

/** What a session tells of its loads. */
export interface Telemetry {
  /** To be called as a load begins; what it answers as it ends. Neither throws, and neither waits. */
  begin(request: LoadRequest): { end(report: LoadReport, calls: readonly Call[]): void };
  /** Waits for what is still on its way, 2 s at most. */
  flush(): Promise<void>;
}

/** Messages on their way at once; of a `dev` whose collector is away no more are kept. */
const mostPending = 1_000;

const nothing: Telemetry = { begin: () => ({ end: () => undefined }), flush: () => Promise.resolve() };

/**
 * Nothing is imported, and nothing told, where no variable asks for it.
 * @param folder where relative paths of variables begin
 */
export async function telemetryOf(
  env: Readonly<NodeJS.ProcessEnv>,
  target: Target,
  err: (text: string) => void,
  folder: string,
): Promise<Telemetry> {
  const tellers: Teller[] = [];
  try {
    if (env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) {
      const { traceTeller } = await import('./traces.ts');
      tellers.push(...traceTeller(env));
    }
    if (env['OPENLINEAGE_CONFIG'] || env['OPENLINEAGE_URL']) {
      const { lineageTellers } = await import('./lineage.ts');
      tellers.push(...(await lineageTellers(env, target, { folder, err })));
    }
  } catch (error) {
    err(`telemetry is off: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  return tellers.length === 0 ? nothing : toldBy(tellers, err);
}

/** Every load to all of them, each in the order of what happened. */
export function toldBy(tellers: readonly Teller[], err: (text: string) => void): Telemetry {
  const pending = new Set<Promise<void>>();
  const failed = new Set<string>();
  const fail = (name: string, why: string): void => {
    if (failed.has(name)) return;
    failed.add(name);
    err(`${name} cannot be told, and loads go on without it: ${why}\n`);
  };
  const send = (name: string, before: Promise<void>, run: () => Promise<void>): Promise<void> => {
    if (pending.size >= mostPending) {
      fail(name, `${mostPending} messages wait already`);
      return before;
    }
    const sent = before.then(run).catch((error: unknown) => fail(name, reasonOf(error)));
    pending.add(sent);
    void sent.finally(() => pending.delete(sent));
    return sent;
  };
  return {
    begin(request) {
      const load = { request, startedAt: Date.now(), runId: crypto.randomUUID() };
      const begun = tellers.map((teller) => {
        const { began } = teller;
        return began === undefined ? Promise.resolve() : send(teller.name, Promise.resolve(), () => began(load));
      });
      return {
        end(report, calls) {
          const ended = { ...load, report, calls, endedAt: Date.now() };
          for (const [i, teller] of tellers.entries())
            void send(teller.name, begun[i] ?? Promise.resolve(), () => teller.ended(ended));
        },
      };
    },
    async flush() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<string>((resolve) => {
        timer = setTimeout(() => resolve('late'), longestWaitMs);
      });
      const outcome = await Promise.race([Promise.all(pending), late]);
      clearTimeout(timer);
      if (outcome === 'late') fail(tellers.map(({ name }) => name).join(', '), 'no answer within 2 s');
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says "fetch failed", and why in its cause
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
