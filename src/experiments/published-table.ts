/** Clean accuracies beside those that were published, in Markdown. */
import { modelLabel, pointAt } from '../report/conditions.js';
import { formatFixed } from '../report/format.js';
import { markdownTable } from '../report/markdown.js';
import type { Cell } from '../report/tables.js';
import type { StudyResult } from '../result/study.js';
import { CLEAN } from './assemble.js';

/** Per cent, by the model's id. */
type Accuracies = Readonly<Record<string, number>>;

const ordered: Accuracies = { noisy: 99.1, lipschitz: 99.2, antisymmetric: 97.5, cornn: 99.1 };

/** Test accuracies by the study whose data they are of, in the tables of Lim et al., NeurIPS 2021: one training seed, no interval. */
const published: Readonly<Record<string, Accuracies>> = {
  ecg: { noisy: 97.7 },
  mnist: ordered,
  'mnist-196': ordered,
  'mnist-rows': ordered,
  pmnist: { noisy: 94.9, antisymmetric: 92.8, cornn: 96.05 },
};

/** What was published of the models of each study, and what was found here; bold where the interval leaves it out. */
export function publishedMarkdown(results: readonly StudyResult[]): string {
  const heading = ['trained on', 'model', 'published', 'here', '95 % interval', 'seeds', 'here − published'];
  return `${markdownTable({ heading, rows: results.flatMap(rowsOf) })}\n`;
}

/** A row for each published model that was run. */
function rowsOf(result: StudyResult): Cell[][] {
  const { train, steps } = result.data;
  return Object.entries(published[result.name] ?? {}).flatMap(([model, there]): Cell[][] => {
    const accuracy = pointAt(result, model, CLEAN)?.accuracy;
    if (accuracy === undefined) return [];
    const { value, low, high, count } = accuracy;
    const texts = [
      `${result.name}: ${train} sequences of ${steps} steps`,
      modelLabel(result, model),
      String(there),
      percent(value),
      Number.isNaN(low) ? '–' : `${percent(low)} to ${percent(high)}`,
      String(count),
    ];
    const apart = { text: formatFixed(100 * value - there, 1), best: there < 100 * low || there > 100 * high };
    return [[...texts.map((text) => ({ text })), apart]];
  });
}

function percent(share: number): string {
  return formatFixed(100 * share, 1);
}
