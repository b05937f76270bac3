import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';

/** One call of a function, in ms since 1970. */
export interface Call {
  readonly functionName: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly isWell: boolean;
}

/** A load that ended. */
export interface EndedLoad {
  readonly request: LoadRequest;
  readonly report: LoadReport;
  /** In ms since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly calls: readonly Call[];
  /** Random, of this one run of the load. */
  readonly runId: string;
}

/** One way to tell others of loads. What it throws is told once, and no load is the worse for it. */
export interface Teller {
  readonly name: string;
  began?(load: Pick<EndedLoad, 'request' | 'startedAt' | 'runId'>): Promise<void>;
  ended(load: EndedLoad): Promise<void>;
}

/** 2 s: a collector that does not answer keeps nobody waiting for longer, once, at the end of a command. */
export const longestWaitMs = 2_000;

/** One request; everything but 2xx throws. The answer is not read. */
export async function post(url: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(longestWaitMs),
    redirect: 'error',
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
}
