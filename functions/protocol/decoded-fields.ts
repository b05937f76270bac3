import { z } from 'zod';

/** What a report says of the bytes of an object before there were records in them. */
export const decodedFields = {
  /** Of an object that was packed: how, the bytes that it unpacks to, which all offsets of its records count, and zeros behind the packed ones; of a table that is read by rows how many there are, which the offsets count then. Absent: it was not, or not unpacked to its end. */
  decoded: z
    .strictObject({ from: z.string(), bytes: z.int(), paddingBytes: z.int(), rows: z.int().optional() })
    .optional(),
  /** Lines at the end that are no records, as the dataset says, each its first 200 characters, `(hidden)` where a column is sensitive. Absent: none. */
  trailer: z.array(z.string()).optional(),
  /** What the decoders say of what they read: the sheet of a workbook that has several, numbers that a spreadsheet may have shortened. Absent: nothing. */
  decodingNotes: z.array(z.string()).optional(),
  /** Where the object's name says that it is packed in another way than its bytes are: both; what is not packed is `none`. Absent: they agree, or it was not read. */
  misnamed: z.strictObject({ name: z.string(), bytes: z.string() }).optional(),
  /** Encodings in which all records that were rejected as no UTF-8 would be text (of the first 1,000 of them, 1 KiB each), the likelier first, with the option of `load` that declares it. Absent: none was, or there is no such encoding. */
  encodings: z.array(z.strictObject({ encoding: z.string(), option: z.string() })).optional(),
};
