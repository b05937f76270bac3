/** For a load that the ledger does not hold. */
export function noSuchLoad(loadId: number): string {
  return `the ledger has no load ${loadId}; \`landfall status\` lists the last ones`;
}
