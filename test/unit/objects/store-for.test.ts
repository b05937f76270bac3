import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Prints every module specifier that a process resolves when it asks for the store of this bucket. */
function modulesLoadedFor(bucket: string): string {
  const storeFor = new URL('../../../functions/objects/store-for.ts', import.meta.url).href;
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(specifier, context, next) { console.log(specifier); return next(specifier, context); } });
    const { storeFor } = await import(${JSON.stringify(storeFor)});
    await storeFor(${JSON.stringify(bucket)});
  `;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
}

describe('the store of a bucket', () => {
  it('of local files never pays for the AWS SDK', () => {
    const modules = modulesLoadedFor('file://');
    expect(modules).toContain('./directory/directory-store.ts');
    expect(modules).not.toContain('@aws-sdk');
  });

  it('of S3 loads it', () => {
    expect(modulesLoadedFor('landing')).toContain('@aws-sdk/client-s3');
  });
});
