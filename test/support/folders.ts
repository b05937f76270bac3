/** Folders that helpers made for the test file that runs; leave-as-found.ts removes them when it ends. */
export const foldersToRemove: string[] = [];
