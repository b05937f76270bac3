import {
  ZodArray,
  ZodBoolean,
  ZodEnum,
  ZodLiteral,
  ZodNull,
  ZodNullable,
  ZodNumber,
  ZodObject,
  ZodString,
  ZodUnknown,
  type z,
} from 'zod';

/** What a contract leaves open: how many items its arrays have, and how long each text is, by the field's name. */
export interface Most {
  readonly items: number;
  readonly characters: Readonly<Record<string, number>>;
}

/**
 * The largest value that a schema of states.ts lets through: every number has all its digits, nothing is null.
 * Throws for a text that nobody has given a length, and for a type that is new, so that neither is passed over.
 */
export function largestPayload(schema: z.core.$ZodType, most: Most, field = 'the payload'): unknown {
  if (schema instanceof ZodNullable) return largestPayload(schema.unwrap(), most, field);
  // what another state is given, each of which is counted by itself
  if (schema instanceof ZodNull || schema instanceof ZodUnknown) return null;
  if (schema instanceof ZodLiteral) return schema.value;
  if (schema instanceof ZodEnum) return schema.options.map(String).reduce((a, b) => (a.length < b.length ? b : a));
  if (schema instanceof ZodNumber) return Number.MAX_SAFE_INTEGER;
  if (schema instanceof ZodBoolean) return false;
  if (schema instanceof ZodString) return 'x'.repeat(lengthOf(field, most));
  if (schema instanceof ZodArray) {
    return Array.from({ length: most.items }, () => largestPayload(schema.element, most, field));
  }
  if (schema instanceof ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    return Object.fromEntries(Object.entries(shape).map(([name, each]) => [name, largestPayload(each, most, name)]));
  }
  throw new Error(`${field} is a ${schema.constructor.name}: say how large one can be`);
}

/** UTF-8 bytes of the JSON, which is what Step Functions counts. */
export function payloadBytes(payload: unknown): number {
  return Buffer.byteLength(JSON.stringify(payload));
}

function lengthOf(field: string, { characters }: Most): number {
  const length = characters[field];
  if (length === undefined) throw new Error(`the text ${field} has no largest length: give it one`);
  return length;
}
