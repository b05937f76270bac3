import type { Contract } from '../../core/contract.ts';

/** What makes two header names the same: case, surrounding blanks and Unicode composition do not count. */
export function foldHeader(name: string): string {
  return composed(exactHeader(name).toLowerCase());
}

/** The name with its case: what tells columns apart that differ in case only. */
export function exactHeader(name: string): string {
  return composed(name.trim());
}

/**
 * 1,000 characters: of PostgreSQL's names none has more than 63 bytes, of survey questions few more. To compose 500,000 marks
 * over one letter takes a minute, since they are sorted one by one; what is longer is compared as it stands.
 */
const composedAtMost = 1_000;

function composed(name: string): string {
  return name.length > composedAtMost ? name : name.normalize('NFC');
}

/** Whether a cell of a header is a name: more than blanks. */
export function isNamed(header: string): boolean {
  return foldHeader(header) !== '';
}

/** What makes two names of a header one: the exact name where a column answers to it alone, else the folded one. */
export function headerKey({ headerNames: known }: Contract, header: string): string {
  const exact = exactHeader(header);
  return Object.hasOwn(known, exact) ? exact : foldHeader(header);
}

/** The target's column of this name: null where it is ignored, undefined where there is none. */
export function columnOfHeader(contract: Contract, header: string): string | null | undefined {
  if (contract.ignoredHeaders.includes(foldHeader(header))) return null;
  const key = headerKey(contract, header);
  return Object.hasOwn(contract.headerNames, key) ? contract.headerNames[key] : undefined;
}
