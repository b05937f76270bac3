import type { LoadReport } from '../protocol/outcomes.ts';
import { cut } from './cut.ts';
import type { PageFacts } from './facts.ts';
import { html, joined, type Html } from './html.ts';
import { policy, script, style } from './look.ts';
import { changesSection } from './sections/changes.ts';
import { countsSection } from './sections/counts.ts';
import { duplicatesSection } from './sections/duplicates.ts';
import { historySection } from './sections/history.ts';
import { objectsSection } from './sections/objects.ts';
import { outcomeSection } from './sections/outcome.ts';
import { readingSection } from './sections/reading.ts';
import { reconciliationSection } from './sections/reconciliation.ts';
import { rejectsSection } from './sections/rejects.ts';
import { stepsSection } from './sections/steps.ts';
import { targetSection } from './sections/target.ts';

/** In their order on the page; null where there is nothing to say. */
const sections: readonly ((facts: PageFacts) => Html | null)[] = [
  outcomeSection,
  countsSection,
  objectsSection,
  stepsSection,
  rejectsSection,
  duplicatesSection,
  changesSection,
  reconciliationSection,
  readingSection,
  targetSection,
  historySection,
];

/**
 * report.html: what report.json says, for somebody who looks. One file that fetches nothing, under 300 kB whatever the load: texts are
 * cut, and tables end where their room does (sections/rejects.ts). Every text in it went through `html`.
 */
export function reportPage(facts: PageFacts): string {
  const { report } = facts;
  const name = report.object.key.split('/').at(-1) ?? report.object.key;
  const shown = sections.flatMap((section) => section(facts) ?? []);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${name.slice(0, 120)}: ${report.outcome}, load ${report.loadId ?? ''}</title>
<style>STYLE</style>
</head>
<body>
<main>
${joined(shown)}
</main>
<footer class="soft"><p>${madeBy(report)}The same numbers for programs: report.json beside this file.</p></footer>
<script>SCRIPT</script>
</body>
</html>
`;
  // as they are: their hashes are in the policy, and they hold no value
  return page.text
    .replace('<style>STYLE', () => `<style>${style}`)
    .replace('<script>SCRIPT', () => `<script>${script}`);
}

/** Each of them with its version. */
function madeBy({ madeBy: made }: LoadReport): Html | null {
  if (made === undefined) return null;
  const { landfall, node, platform, postgresql, stack } = made;
  const names = [
    landfall === null ? 'Landfall' : `Landfall ${landfall}`,
    `Node ${node} on ${platform}`,
    ...(postgresql === null ? [] : [`PostgreSQL ${postgresql}`]),
    ...(stack === null ? [] : [`stack ${stack}`]),
  ];
  return html`Made by ${cut(names.join(', '), 500)}. `;
}
