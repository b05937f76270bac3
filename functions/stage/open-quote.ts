import { shownObject } from '../core/object-url.ts';
import { placesIn } from '../decoding/steps.ts';
import { formatOf } from '../formats/format-of.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { LoadRejected } from '../protocol/errors.ts';

/**
 * A quote opens in the load's object and never closes; only certain where the place that it was read from is.
 * @param line from 1, in the object.
 */
export function unterminatedQuote(
  load: PlannedLoad,
  { line, offset }: { readonly line: number; readonly offset: number },
): LoadRejected {
  return new LoadRejected(
    'UNTERMINATED_QUOTE',
    `${shownObject(load.object)}, line ${line}, byte ${offset}${placesIn(load.decoding)}: a quote opens here and never closes, so nothing after it can be told apart; close the quote (or double it where it is part of the text) and load the file again${formatOf(load).hintOfOpenQuote}`,
  );
}
