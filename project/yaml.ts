/** What is used of yaml, which is slow to load and so imported late: by names, which a bundle of CommonJS has not by itself. */
export { isAlias, isMap, isScalar, isSeq, parse, parseDocument } from 'yaml';
