/** A process that holds a lease: startedAt tells it from another with the same pid (runtime/owner.ts). */
export interface LeaseOwner {
  readonly pid: number;
  readonly startedAt: string;
  readonly host: string;
}
