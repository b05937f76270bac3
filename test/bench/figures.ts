import type { Measured } from './measure.ts';
import type { OurRun } from './ours.ts';
import { type Figure, figure } from './statistics.ts';

/** One contestant's figures over all rounds; null: not measured on this system. */
export interface Figures {
  readonly wallMs: Figure | null;
  /** Ours only: from registering the load to its report, without the command's start and end. */
  readonly pipelineMs: Figure | null;
  readonly clientCpuMs: Figure | null;
  readonly serverCpuMs: Figure | null;
  /** Both. */
  readonly cpuMs: Figure | null;
  readonly walBytes: Figure | null;
  /** Largest single process: a worker of ours, or the peer's client. */
  readonly peakRssBytes: Figure | null;
}

export function figuresOf(runs: readonly (Measured | OurRun)[]): Figures {
  const of = (value: (run: Measured | OurRun) => number | null): Figure | null => figure(runs.map(value));
  const both = ({ clientCpuMs, serverCpuMs }: Measured): number | null =>
    clientCpuMs === null || serverCpuMs === null ? null : clientCpuMs + serverCpuMs;
  return {
    wallMs: of(({ wallMs }) => wallMs),
    pipelineMs: of((run) => ('pipelineMs' in run ? run.pipelineMs : null)),
    clientCpuMs: of(({ clientCpuMs }) => clientCpuMs),
    serverCpuMs: of(({ serverCpuMs }) => serverCpuMs),
    cpuMs: of(both),
    walBytes: of(({ walBytes }) => walBytes),
    peakRssBytes: of(({ workerPeakBytes }) => workerPeakBytes),
  };
}
