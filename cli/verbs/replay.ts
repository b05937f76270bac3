import { loadHere } from '../loading/load-here.ts';
import { readLoadId } from '../database/ledger-session.ts';
import { directoryBucket } from '../../functions/core/object-url.ts';
import { readFileNames } from '../typed/files.ts';
import { UsageError } from '../typed/usage.ts';
import { operatorHelp, operatorVerb, reasonHelp, reasonOption } from '../operating/operator-verb.ts';

export const verb = operatorVerb({
  name: 'replay',
  examples: ['landfall replay 7 --code FOREIGN_KEY', 'landfall replay 7 rejects.csv'],
  form: `usage: landfall replay LOAD [--code CODE]... [--reason TEXT] [--json] [--database-url URL | --stack NAME]
       landfall replay LOAD FILE [--reason TEXT] [--json] [--database-url URL | --stack NAME]`,
  help: `Judges the open rejects of a load again, under the dataset and the table of today, and merges those that pass: a parent
has arrived, or a rule was relaxed. It takes the bytes that the quarantine keeps, or those that somebody mended in FILE, the
rejects.csv of that load: cells that were not touched keep their own bytes, and lines that were thrown away stay open. What is replayed is as old as its load: a row
that was written since stays. A record that passed closes its reject, so the same command again does nothing; one that
is rejected again stays open, with the reasons of today.

  --code CODE          only rejects that broke this rule; again for more
${reasonHelp}
  --json               of a stack { loadId, records, executionId }; on this machine the report of the replay
${operatorHelp}`,
  completes: 'files',
  options: { code: { type: 'string', multiple: true }, ...reasonOption },
  async input({ positionals, lists, values }, context) {
    const loadId = readLoadId(positionals.slice(0, 1));
    const codes = lists['code'] ?? [];
    const [file, ...more] = positionals.slice(1);
    if (file === undefined) return { loadId, codes };
    if (more.length > 0) throw new UsageError([`one file at a time, not "${positionals.slice(1).join(' ')}"`]);
    if (codes.length > 0)
      throw new UsageError(['--code chooses among what the quarantine keeps; of a file take out the lines']);
    const { objects, problems } = await readFileNames([file], context.typedIn);
    const [object] = objects;
    if (object === undefined) throw new UsageError(problems);
    if (values['stack'] !== undefined && object.bucket === directoryBucket)
      throw new UsageError([`${file} is a file of this machine; a stack reads s3://bucket/key of its landing bucket`]);
    return { loadId, file: { bucket: object.bucket, key: object.key } };
  },
  nothing: () => null,
  here: loadHere,
});
