import { spawnSync } from 'node:child_process';
import { codeBlocks, read } from '../unit/docs/documents.ts';

const shell = codeBlocks('docs/deploy.md', '').find((text) => text.includes('\nsql()')) ?? '';

/** What step 1 of the section about Aurora grants beside the roles: the block is indented under its number. */
export const [, grantIam = ''] = /^ {3}```sql\n(.*?)^ {3}```$/msu.exec(read('docs/deploy.md')) ?? [];

/** What a function of docs/deploy.md sends to the Data API for this text: one statement. */
export function sentBy(command: 'sql' | 'sql_as_owner', text: string): string {
  const aws = `aws() { if [ "$1" = rds-data ]; then printf %s "\${@: -1}"; fi; }\n`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `${shell}${aws}${command}`], {
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0 || stderr !== '') throw new Error(`${command} of docs/deploy.md ended with ${status}: ${stderr}`);
  return stdout;
}
