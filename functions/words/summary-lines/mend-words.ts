import type { LoadReport } from '../../protocol/outcomes.ts';
import { agreeing, count } from '../quantities.ts';

type Mend = NonNullable<LoadReport['mends']>[number];

/** `none of these 12 would break it`, which is followed by `under` and the ways. */
export function takenWords({ of, taken }: Pick<Mend, 'of' | 'taken'>): string {
  const none = `none of ${of === 1 ? 'this one' : `these ${count(of)}`}`;
  return `${taken === of ? none : `${count(of - taken)} of these ${count(of)}`} would break it`;
}

/** What that does not say, in sentences: `Of those that would not, 3 break another rule too.` */
export function doubtWords({ others, breakAnother, isJudged }: Mend): readonly string[] {
  const readings =
    others.length > 0 ? ['They make other values of the cells: only who knows the source can tell.'] : [];
  const rest = `Of those that would not, ${count(breakAnother)}`;
  if (isJudged)
    return breakAnother === 0
      ? readings
      : [...readings, `${rest} ${agreeing(breakAnother, 'breaks', 'break')} another rule too.`];
  const lacking = agreeing(
    breakAnother,
    'lacks a value that a column wants, or has',
    'lack a value that a column wants, or have',
  );
  return [
    ...readings,
    'No other rule was asked of them yet.',
    ...(breakAnother === 0 ? [] : [`${rest} ${lacking} one of another form.`]),
  ];
}
