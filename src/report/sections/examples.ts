import type { StudyExample, StudyResult } from '../../result/study.js';
import { conditionLabel, tabledModels } from '../conditions.js';
import { pictureFigure } from '../figures/picture.js';
import { sequenceFigure } from '../figures/sequence.js';
import { formatFixed } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';
import { scrollable, section } from './section.js';

/** Test sequences, clean and perturbed, and what each model makes of them. */
export async function examplesSection(result: StudyResult): Promise<Html> {
  if (result.examples.length === 0) return NOTHING;
  const { picture } = result.data;
  const article = picture === null ? sequenceArticle : pictureArticle;
  const examples = await Promise.all(result.examples.map((example, index) => article(result, example, index)));
  const shown =
    picture === null
      ? 'Behind a perturbed sequence, in grey, is the clean one.'
      : `Values below ${picture.range[0]} are drawn black, above ${picture.range[1]} white.`;
  return section(
    'examples',
    'Examples',
    html`<p>The first test sequences of each class. Each model's prediction and the probability it gives it; ✓ right, ✗ wrong. ${shown}</p>`,
    html`<div class="${picture === null ? 'examples' : 'examples pictures'}">${examples}</div>`,
  );
}

interface View {
  readonly name: string;
  readonly values: number[];
  readonly predictions: StudyExample['predictions'];
}

/** The clean one first. */
function viewsOf({ clean, predictions, perturbed }: StudyExample): View[] {
  return [
    { name: 'clean', values: clean, predictions },
    ...perturbed.map((each) => ({ name: conditionLabel(each), values: each.values, predictions: each.predictions })),
  ];
}

const titleOf = (index: number) => `Example ${index + 1}`;

/** The predictions stand below the pictures, in the columns of one table. */
async function pictureArticle(result: StudyResult, example: StudyExample, index: number): Promise<Html> {
  const { picture } = result.data;
  const { trueLabel } = example;
  const views = viewsOf(example);
  const heads = views.map(({ name, values }) => {
    const description = `${titleOf(index)}: a test image of class ${trueLabel}, ${name}`;
    return html`${picture === null ? NOTHING : pictureFigure(values, picture, description)}${name}`;
  });
  return exampleArticle(result, example, index, NOTHING, views, heads);
}

/** Lines side by side where they fit, and below them the table. */
async function sequenceArticle(result: StudyResult, example: StudyExample, index: number): Promise<Html> {
  const views = viewsOf(example);
  const { clean, trueLabel } = example;
  const shared = { channels: result.data.channels, range: rangeOf(views.map(({ values }) => values)) };
  const panels = await Promise.all(
    views.map(async ({ name, values }) => {
      const description = `A test sequence of class ${trueLabel}, ${name}. Predictions follow.`;
      const behind = values === clean ? {} : { behind: clean };
      const figure = { values, ...behind, ...shared, name: `${titleOf(index)}, ${name}`, description };
      return html`<div><h4>${name}</h4>${await sequenceFigure(figure)}</div>`;
    }),
  );
  const drawn = html`<div class="panels small">${panels}</div>`;
  return exampleArticle(
    ...([result, example, index, drawn, views] as const),
    views.map(({ name }) => html`${name}`),
  );
}

function exampleArticle(
  result: StudyResult,
  { trueLabel }: StudyExample,
  index: number,
  drawn: Html,
  views: readonly View[],
  heads: readonly Html[],
): Html {
  const rows = tabledModels(result).map(({ id, label }) => {
    const cells = views.map(({ predictions }) => predictionCell(predictions, id, trueLabel));
    return html`<tr><th scope="row">${label}</th>${cells}</tr>`;
  });
  const title = `${titleOf(index)}, true class: ${trueLabel}`;
  return html`<article>
<h3>${title}</h3>
${drawn}
${scrollable(
  `Predictions, ${title}`,
  html`<table class="predictions">
<thead><tr><th scope="col">Model</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table>`,
)}
</article>`;
}

function predictionCell(predictions: StudyExample['predictions'], model: string, trueLabel: string): Html {
  const prediction = Object.hasOwn(predictions, model) ? predictions[model] : undefined;
  if (!prediction) return html`<td>–</td>`;
  const right = prediction.label === trueLabel;
  const mark = right
    ? html`<span class="right" role="img" aria-label="right">✓</span>`
    : html`<span class="wrong" role="img" aria-label="wrong">✗</span>`;
  return html`<td>${mark} ${prediction.label}, ${formatFixed(prediction.probability, 3)}</td>`;
}

/** The range of several sequences, so that they share one axis. */
function rangeOf(sequences: number[][]): [number, number] {
  const finite = sequences.flat().filter(Number.isFinite);
  return finite.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [finite[0] ?? 0, finite[0] ?? 1],
  );
}
