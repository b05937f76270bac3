import { noSuchLoad, readLoadId } from '../database/ledger-session.ts';
import { operatorHelp, operatorVerb } from '../operating/operator-verb.ts';

/** Of a link to a page: long enough to be handed to whoever asks, too short to lie about. */
const linkSeconds = 3_600;

export const verb = operatorVerb({
  name: 'explain',
  examples: ['landfall explain 7', 'landfall explain 7 --json --stack Landfall'],
  form: 'usage: landfall explain LOAD [--json] [--database-url URL | --stack NAME]',
  help: `Says what became of one load, step by step: its outcome and why, its counts, the rules that rejected records, its
reports, its attempts, what operators did with it, and the command to type next. Also of one that runs or failed. Where its page lies in S3, a link
that opens it for an hour, with the caller's own rights: the usual AWS credentials and region.

  --json               one JSON object: what report.json has, and beside it attempt, step, examples, operations, ...
${operatorHelp}`,
  input: ({ positionals }) => ({ loadId: readLoadId(positionals) }),
  async behind(answer, { err }) {
    const { pagePath } = answer as { readonly pagePath?: string };
    if (pagePath === undefined || !pagePath.startsWith('s3://')) return '';
    // it brings the AWS SDK
    const { linkTo } = await import('../../functions/objects/s3/s3-link.ts');
    try {
      const link = await linkTo(pagePath, linkSeconds);
      return link === null ? '' : `  link        for an hour, to whoever has it: ${link}\n`;
    } catch (error) {
      // without credentials all else is told
      err(`no link to ${pagePath}: ${(error as Error).message}\n`);
      return '';
    }
  },
  nothing(input) {
    throw noSuchLoad((input as { loadId: number }).loadId);
  },
});
