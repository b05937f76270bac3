import { z } from 'zod';
import { rejectCodes } from '../../../protocol/reject-codes.ts';
import { didYouMean, showText } from '../../../words/did-you-mean.ts';
import { defaultLimits, LARGEST_RECORD_BYTES } from '../limits.ts';

/** `limits` of a dataset, as a person writes them. */
export const limitsShape = z
  .strictObject({
    maxRecordBytes: z.int().min(1).max(LARGEST_RECORD_BYTES).default(defaultLimits.maxRecordBytes),
    maxRawBytes: z.int().min(0).max(LARGEST_RECORD_BYTES).default(defaultLimits.maxRawBytes),
    /** Of all rejects of a load together. */
    maxKeptBytes: z.int().min(0).exactOptional(),
    maxRejects: z.int().min(0).nullable().default(defaultLimits.maxRejects),
    maxRejectShare: z.number().min(0).max(1).nullable().default(defaultLimits.maxRejectShare),
    /** Reject code -> as many records may have it as a reason. */
    maxRejectsByCode: z.record(z.string(), z.int().min(0)).exactOptional(),
    /** Of the object, rejects too. */
    minRecords: z.int().min(0).exactOptional(),
    maxRecords: z.int().min(0).exactOptional(),
    /** Of the rows that the table had. */
    maxDeletedShare: z.number().min(0).max(1).exactOptional(),
    /** Column of the target -> by how much the share of NULL may exceed its mean in the last ten loads; 0.05 are five in a hundred. */
    nullShare: z.record(z.string().min(1), z.number().min(0).max(1)).exactOptional(),
    /** Of the rows that the table had before the load; 0.05 are five in a hundred. */
    maxUpdatedShare: z.number().min(0).max(1).exactOptional(),
    /** Column of the target -> the same share of rows in which it may turn from a value to NULL. */
    maxNullTurnedShare: z.record(z.string().min(1), z.number().min(0).max(1)).exactOptional(),
    allowAllRejected: z.boolean().default(false),
    sliceBytes: z.int().min(1).default(defaultLimits.sliceBytes),
    batchRows: z.int().min(1).max(10_000_000).default(defaultLimits.batchRows),
  })
  .check(
    z.superRefine(({ maxRejectsByCode = {}, minRecords = 0, maxRecords = Infinity }, context) => {
      const known = Object.keys(rejectCodes);
      for (const code of Object.keys(maxRejectsByCode)) {
        if (known.includes(code)) continue;
        const message = `is no code of rejects.${didYouMean(code, known)} There are ${known.join(', ')}; it was ${showText(code)}`;
        context.addIssue({ code: 'custom', path: ['maxRejectsByCode', code], message });
      }
      if (minRecords > maxRecords)
        context.addIssue({ code: 'custom', path: ['minRecords'], message: 'is above maxRecords: no file could pass' });
    }),
  )
  .default(defaultLimits);
