import { type Dataset, datasetOrProblems, declarationOf } from '../functions/compile/declaration/schema.ts';

/** Datasets as an app has them, checked by the version that is deployed, whichever copy of the package declared them. */
export function checkedDatasets(values: readonly unknown[] | undefined): {
  readonly datasets: readonly Dataset[];
  readonly problems: readonly string[];
} {
  if (!Array.isArray(values))
    return {
      datasets: [],
      problems: ['datasets: a list of datasets; await projectDatasets() reads those of a project'],
    };
  const checked = values.map((value: unknown, at) => {
    const written = typeof value === 'object' && value !== null ? (declarationOf(value) ?? value) : value;
    const { dataset, problems } = datasetOrProblems(written);
    return { dataset, problems: problems.map(({ message }) => `datasets[${at}]: ${message}`) };
  });
  const datasets = checked.flatMap(({ dataset }) => (dataset === null ? [] : [dataset]));
  return { datasets, problems: [...checked.flatMap(({ problems }) => problems), ...twins(datasets)] };
}

/** Of two datasets of one name or one prefix neither can be told from the other. */
function twins(datasets: readonly Dataset[]): readonly string[] {
  return (['name', 'prefix'] as const).flatMap((what) => {
    const texts = datasets.flatMap((dataset) => dataset[what] ?? []);
    const twice = texts.filter((text, at) => texts.indexOf(text) < at);
    return [...new Set(twice)].map(
      (text) => `datasets: two have the ${what} ${JSON.stringify(text)}: give one another`,
    );
  });
}
