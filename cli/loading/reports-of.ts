import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from '../context.ts';

/** Where this machine's loads write their reports: file:///path or s3://bucket/prefix. */
export function reportsOf({ home, env }: Pick<Context, 'home' | 'env'>): string {
  return env['LANDFALL_REPORTS'] || pathToFileURL(join(home, 'reports')).href;
}
