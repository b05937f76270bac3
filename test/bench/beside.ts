import type { OurRun } from './ours.ts';
import { type Figure, figure, ratioOfRuns } from './statistics.ts';

/** One kind of load beside another of the same rounds, and how many times as much it took, round by round. */
export interface Beside {
  readonly wallMs: Pair;
  readonly clientCpuMs: Pair;
  readonly serverCpuMs: Pair;
  readonly cpuMs: Pair;
}

interface Pair {
  readonly own: Figure | null;
  readonly other: Figure | null;
  readonly ratio: Figure | null;
}

/** What is compared of a run. */
type Timed = Pick<OurRun, 'wallMs' | 'clientCpuMs' | 'serverCpuMs'>;

/** @param other of the same rounds, in their order. */
export function beside(own: readonly Timed[], other: readonly Timed[]): Beside {
  const both = (measure: (run: Timed) => number | null): Pair => {
    const [ofOwn, ofOther] = [figure(own.map(measure)), figure(other.map(measure))];
    return { own: ofOwn, other: ofOther, ratio: figure(ratioOfRuns(ofOwn, ofOther) ?? []) };
  };
  return {
    wallMs: both(({ wallMs }) => wallMs),
    clientCpuMs: both(({ clientCpuMs }) => clientCpuMs),
    serverCpuMs: both(({ serverCpuMs }) => serverCpuMs),
    cpuMs: both(cpuOf),
  };
}

/** Of the command and the server. */
function cpuOf({ clientCpuMs, serverCpuMs }: Timed): number | null {
  return clientCpuMs === null || serverCpuMs === null ? null : clientCpuMs + serverCpuMs;
}

/** `12.1 s (CPU 5.0 s + 9.2 s)`: wall, and CPU of the command and of the server. */
export function said(run: Timed | undefined): string {
  const seconds = (ms: number | null | undefined): string =>
    ms === null || ms === undefined ? '-' : `${(ms / 1_000).toFixed(1)} s`;
  return `${seconds(run?.wallMs)} (CPU ${seconds(run?.clientCpuMs)} + ${seconds(run?.serverCpuMs)})`;
}
