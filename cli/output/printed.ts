import { z } from 'zod';
import { operateVerbs } from '../../functions/operate/verbs/all.ts';
import { checkedProjectSchema } from '../checking/checked-project.ts';
import { initialisedSchema } from '../init/initialised.ts';
import { sniffedFileSchema } from '../sniffing/sniffed-file.ts';

/** A JSON document that the command prints. */
interface Printed {
  readonly schema: z.ZodObject;
  /** What prints it, as it is typed. */
  readonly by: string;
}

/**
 * Every JSON document that the command prints, by the name of its schema's file, but for the report of a load. Operators' verbs answer the same on this
 * machine and of a stack, but for those that start loads: on this machine they print a report a load.
 */
export const printedDocuments: Readonly<Record<string, Printed>> = {
  check: printed(checkedProjectSchema, 'check --json'),
  init: printed(initialisedSchema, 'init FILE --json'),
  sniff: printed(sniffedFileSchema, 'sniff FILE --json'),
  ...Object.fromEntries(
    operateVerbs.map(({ name, output }) => [
      name,
      name === 'rejects'
        ? printed(rejectIn(output), 'rejects LOAD --json')
        : printed(
            output as z.ZodObject,
            `${name === 'retry-failed' ? 'retry --failed --since TIME --stack NAME' : name} --json`,
          ),
    ]),
  ),
};

function printed(document: z.ZodObject, by: string): Printed {
  return {
    schema: z.strictObject({ schemaVersion: z.literal(1), ...versionless(document.shape) }),
    by: `landfall ${by}`,
  };
}

function versionless({ schemaVersion: _ofItsOwn, ...fields }: z.ZodObject['shape']): z.ZodObject['shape'] {
  return fields;
}

/** An object a record. */
function rejectIn(answer: z.ZodType): z.ZodObject {
  const { rejects } = (answer as z.ZodObject).shape;
  return (rejects as z.ZodArray<z.ZodObject>).element;
}
