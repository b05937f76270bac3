import { TryAgain } from '../protocol/errors.ts';

/** The literal name: the function fails with it, and whoever reads the log or the queue of missed events finds it here. */
export const FETCH_REFUSED = 'FetchRefused';

/** Fetching again as things stand would fail again: the message says who has to change what. */
export class FetchRefused extends Error {
  override readonly name = FETCH_REFUSED;
}

/** What every message names: the dataset, and the URL as far as it may be shown. */
export interface Source {
  readonly dataset: string;
  readonly url: string;
}

/** A URL fit for messages and logs: what follows ? often holds a signature or a token. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** `what` says what is wrong and what to do. */
export function refused(source: Source, what: string, cause?: unknown): FetchRefused {
  return new FetchRefused(`${heading(source)}: ${what}. Nothing was landed`, { cause });
}

/** It may pass by itself; `what` says what happened. */
export function notNow(source: Source, what: string, cause?: unknown): TryAgain {
  return new TryAgain(
    `${heading(source)} just now: ${what}. Nothing was landed; it is tried again, at the latest at the next scheduled time`,
    { cause },
  );
}

/** The server said after how many milliseconds it wants to be asked again. */
export class AskedToWait extends TryAgain {
  readonly milliseconds: number;

  constructor(source: Source, what: string, milliseconds: number) {
    super(notNow(source, `${what}, and asks to be left alone for ${Math.ceil(milliseconds / 1000)} s`).message);
    this.milliseconds = milliseconds;
  }
}

function heading({ dataset, url }: Source): string {
  return `dataset ${dataset} cannot be fetched from ${shownUrl(url)}`;
}
