import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { datasetsAsJson } from '../../functions/datasets/as-data.ts';
import type { DatasetEvents } from '../events/dataset-events.ts';
import { bundleHandlers } from './bundle.ts';

/** Where the published package has its bundles. */
const prebuilt = join(import.meta.dirname, '../../handlers');

/** By whether tests may reach into them: made once a process, and removed at its end. */
const built = new Map<boolean, string>();

export interface HandlerCodeOptions {
  readonly datasets: readonly DatasetEvents[];
  readonly testable: boolean;
}

/**
 * The code of all functions: the bundles, and the datasets as data beside them. A changed dataset makes another asset of the same
 * code; nothing is bundled for it.
 */
export function handlerCode({ datasets, testable }: HandlerCodeOptions): AssetCode {
  return Code.fromAsset(join(import.meta.dirname, '../../functions/protocol'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // never asked for: the files are put together here, without Docker
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(output: string): boolean {
          cpSync(bundles(testable), output, { recursive: true });
          writeFileSync(join(output, 'datasets.json'), datasetsAsJson(datasets));
          return true;
        },
      },
    },
  });
}

function bundles(testable: boolean): string {
  if (existsSync(prebuilt)) return prebuilt;
  const known = built.get(testable);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'landfall-handlers-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  bundleHandlers(folder, { testable });
  built.set(testable, folder);
  return folder;
}
