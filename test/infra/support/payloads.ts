import { maxSlices } from '../../../functions/extract/slice-ranges.ts';
import * as states from '../../../functions/protocol/states.ts';
import { largestPayload, payloadBytes } from './largest-payload.ts';
import { awsLimits } from './scale.ts';

/** The largest of everything that a state is given or answers. */
const largest = {
  items: maxSlices,
  characters: {
    // ARN of an execution
    execution: 256,
    executionStartedAt: '2026-11-28T00:00:00.000Z'.length,
    code: 64,
    // SHA-256 in hexadecimal
    seal: 64,
    // a refusal names a dozen columns and cuts long names; S3's longest key and the longest report prefix are shorter
    message: 32_768,
    reportPath: 4_096,
    // names of states and of functions are short words
    next: 64,
    functionName: 64,
  },
} as const;

/** What a Catch adds to a state's input: Step Functions cuts Cause at 32,768 characters. */
const caught = { Error: 'ReconciliationMismatch', Cause: 'x'.repeat(32_768) };

const outputs = Object.entries(states).filter(([name]) => name.endsWith('Output'));

/** Bytes of the largest state after each output, with what two Catches add. */
export const statePayloads: Readonly<Record<string, number>> = Object.fromEntries(
  outputs.map(([name, schema]) => {
    // in-one-call.ts tells of no more calls
    const output = largestPayload(schema, name === 'inOneCallOutput' ? { ...largest, items: 100 } : largest);
    return [name, payloadBytes(typeof output === 'object' ? { ...output, refused: caught, lost: caught } : output)];
  }),
);

/** Bytes of what a Map puts together of its items' answers before it throws them away. */
export const mapPayloads: Readonly<Record<string, number>> = {
  StageSlices: together(states.stageSliceOutput, maxSlices),
  ValidateSlices: together(states.validateSliceOutput, maxSlices),
  MergeBatches: together(states.mergeLaneOutput, awsLimits.inlineMapItemsAtOnce),
};

function together(output: Parameters<typeof largestPayload>[0], items: number): number {
  return payloadBytes(Array.from({ length: items }, () => largestPayload(output, largest)));
}
