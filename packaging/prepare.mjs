// What npm runs after `npm ci` of a clone: the bundle that its commands start from is made, so that the first one has it. Nothing of it
// is needed: without it the sources run. Plain JavaScript, since the Node that runs it may be one that runs no TypeScript.
if (process.features.typescript)
  await import('./keep-program.ts').then(({ keepProgram }) => keepProgram()).catch(() => undefined);
