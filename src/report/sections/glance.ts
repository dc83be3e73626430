import type { StudyModel, StudyResult } from '../../result/study.js';
import { isClean, modelLabel, pointAt, tabledModels } from '../conditions.js';
import { robustnessFigure } from '../figures/robustness.js';
import { formatAccuracy, formatDifference, formatDifferenceRange, formatRange } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';
import { scrollable, section, trainingNote } from './section.js';
import { answerDetails } from './summary.js';

/** Models whose curves can be told apart at a glance: where there are more, those of the question are drawn by themselves. */
const FEW = 3;

/** The answer's numbers, a row a model, and the curves of the two models that the question is about. */
export async function glanceSection(result: StudyResult): Promise<Html> {
  const { overall, overallComparisons, protocol } = result;
  if (overall.length === 0) return NOTHING;
  const [asked] = overallComparisons;
  const conditions = protocol.perturbations.reduce((sum, { strengths }) => sum + strengths.length, 0);
  const against =
    asked === undefined ? NOTHING : html`<th scope="col">${modelLabel(result, asked.first)} minus it</th>`;
  return section(
    'glance',
    'At a glance',
    html`<p>Test accuracy (fraction of sequences) on clean input and averaged over ${conditions} perturbed
${conditions === 1 ? 'condition' : 'conditions'}, with 95 % intervals over training seeds${
      asked === undefined
        ? NOTHING
        : html`; and the difference under perturbation, paired by seed, bold where its interval excludes zero`
    }. <span class="best">★</span> marks the highest in each column.</p>`,
    scrollable(
      'Test accuracy at a glance',
      html`<table class="figures glance">
<thead><tr><th scope="col">Model</th><th scope="col">Clean</th><th scope="col">Perturbed, mean</th>${against}</tr></thead>
<tbody>${tabledModels(result).map((model) => modelRow(result, model))}</tbody>
</table>`,
    ),
    await pairFigure(result),
    answerDetails(result),
  );
}

function modelRow(result: StudyResult, { id, label }: StudyModel): Html {
  const ids = tabledModels(result).map((model) => model.id);
  const cleanOf = (model: string) => pointAt(result, model, CLEAN)?.accuracy;
  const perturbedOf = (model: string) => result.overall.find((own) => own.model === model)?.accuracy;
  const cells = [cleanOf, perturbedOf].map((accuracyOf) => {
    const accuracy = accuracyOf(id);
    if (accuracy === undefined) return html`<td>–</td>`;
    const text = formatAccuracy(accuracy.value);
    const values = ids.map((each) => accuracyOf(each)?.value ?? Number.NaN).filter(Number.isFinite);
    const best = text === formatAccuracy(Math.max(...values));
    const figure = best
      ? html`<strong>${text}</strong> <span class="best" role="img" aria-label="highest in the column">★</span>`
      : html`${text}`;
    return html`<td>${figure}<small class="short">${formatRange(accuracy)}</small></td>`;
  });
  return html`<tr><th scope="row">${label}${trainingNote(result, id)}</th>${cells}${result.overallComparisons.length === 0 ? NOTHING : differenceCell(result, id)}</tr>`;
}

const CLEAN = { kind: 'clean', strength: 0 };

function differenceCell({ overallComparisons }: StudyResult, model: string): Html {
  const [asked] = overallComparisons;
  const own = overallComparisons.find(({ first, second }) => first === asked?.first && second === model);
  if (own === undefined) return html`<td>–</td>`;
  const text = formatDifference(own.difference.value);
  return html`<td>${own.verdict === 'inconclusive' ? text : html`<strong>${text}</strong>`}<small>${formatDifferenceRange(own.difference)}</small></td>`;
}

async function pairFigure(result: StudyResult): Promise<Html> {
  const [asked] = result.overallComparisons;
  const models = tabledModels(result).filter(({ id }) => id === asked?.first || id === asked?.second);
  const kinds = result.protocol.perturbations.map(({ kind }) => kind).filter((kind) => !isClean({ kind, strength: 0 }));
  if (models.length < 2 || kinds.length === 0 || result.points.length === 0 || tabledModels(result).length <= FEW)
    return NOTHING;
  return robustnessFigure(
    result,
    { kinds, models, name: 'the pair of the question' },
    html`The two models of the question. Strength 0 is the clean input; bars: 95 % intervals over training seeds.`,
  );
}
