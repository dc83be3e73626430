import type { StudyExample, StudyResult } from '../../result/study.js';
import { conditionLabel, tabledModels } from '../conditions.js';
import { sequenceFigure } from '../figures/sequence.js';
import { formatFixed } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';
import { section } from './section.js';

/** Test sequences, clean and perturbed, and what each model makes of them. */
export async function examplesSection(result: StudyResult): Promise<Html> {
  if (result.examples.length === 0) return NOTHING;
  const examples = await Promise.all(result.examples.map((example, index) => exampleArticle(result, example, index)));
  return section(
    'examples',
    'Examples',
    html`<p>Each model's prediction and the probability it gives it; ✓ right, ✗ wrong. Behind a perturbed sequence, in
grey, is the clean one.</p>`,
    ...examples,
  );
}

async function exampleArticle(result: StudyResult, example: StudyExample, index: number): Promise<Html> {
  const { clean, perturbed, trueLabel } = example;
  const shared = { channels: result.data.channels, range: rangeOf([clean, ...perturbed.map((each) => each.values)]) };
  const title = `Example ${index + 1}`;
  const views = [
    { name: 'clean', values: clean, predictions: example.predictions },
    ...perturbed.map((each) => ({ ...each, name: conditionLabel(each), behind: clean })),
  ];
  const panels = await Promise.all(
    views.map(async ({ name, predictions, ...sequence }) => {
      const description = `A test sequence of class ${trueLabel}, ${name}. Predictions follow.`;
      const chart = await sequenceFigure({ ...sequence, ...shared, name: `${title}, ${name}`, description });
      return html`<div><h4>${name}</h4>${chart}${predictionList(result, predictions, trueLabel)}</div>`;
    }),
  );
  return html`<article>
<h3>${title}, true class: ${trueLabel}</h3>
<div class="panels small">${panels}</div>
</article>`;
}

function predictionList(result: StudyResult, predictions: StudyExample['predictions'], trueLabel: string): Html {
  const items = tabledModels(result).map((model) => {
    const prediction = Object.hasOwn(predictions, model.id) ? predictions[model.id] : undefined;
    if (!prediction) return html`<li>– <b>${model.label}</b> no prediction</li>`;
    const right = prediction.label === trueLabel;
    const mark = right
      ? html`<span class="right" role="img" aria-label="right">✓</span>`
      : html`<span class="wrong" role="img" aria-label="wrong">✗</span>`;
    return html`<li>${mark} <b>${model.label}</b> ${prediction.label}, ${formatFixed(prediction.probability, 3)}</li>`;
  });
  return html`<ul class="predictions">${items}</ul>`;
}

/** The range of several sequences, so that they share one axis. */
function rangeOf(sequences: number[][]): [number, number] {
  const finite = sequences.flat().filter(Number.isFinite);
  return finite.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [finite[0] ?? 0, finite[0] ?? 1],
  );
}
