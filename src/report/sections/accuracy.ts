import type { StudyModel, StudyResult } from '../../result/study.js';
import {
  bestModels,
  type Condition,
  conditionsOf,
  isClean,
  kindText,
  perturbationKinds,
  pointAt,
  strengthLabel,
  tabledModels,
} from '../conditions.js';
import { formatAccuracy, formatRange } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';
import { groupRow, scrollable, section, trainingNote } from './section.js';

/** Accuracy of every model under every condition; a row a condition, so that the table grows downwards. */
export function accuracySection(result: StudyResult): Html {
  const heads = tabledModels(result).map(
    ({ id, label }) => html`<th scope="col">${label}${trainingNote(result, id)}</th>`,
  );
  const conditions = conditionsOf(result.points);
  if (conditions.length === 0) return NOTHING;
  const bodies = ['clean', ...perturbationKinds(result)].map((kind) =>
    kindBody(
      result,
      conditions.filter((condition) => condition.kind === kind),
    ),
  );
  return section(
    'accuracy',
    'Test accuracy',
    html`<p>Fraction of test sequences classified correctly, with its 95 % interval over
${result.seeds.length === 1 ? html`one training seed` : html`${result.seeds.length} training seeds`}.
<span class="best">★</span> marks the highest in each row.</p>`,
    scrollable(
      'Test accuracy by input and model',
      html`<table class="figures">
<thead><tr><th scope="col">Input</th>${heads}</tr></thead>
${bodies}
</table>`,
    ),
  );
}

/** The rows of one kind of perturbation, under its name. */
function kindBody(result: StudyResult, conditions: Condition[]): Html {
  const [first] = conditions;
  if (!first) return NOTHING;
  const heading = isClean(first) ? NOTHING : groupRow(kindText(first.kind).label, tabledModels(result).length + 1);
  return html`<tbody>${heading}${conditions.map((condition) => conditionRow(result, condition))}</tbody>`;
}

function conditionRow(result: StudyResult, condition: Condition): Html {
  const best = bestModels(result, condition);
  const cells = tabledModels(result).map((model) => accuracyCell(result, model, condition, best.has(model.id)));
  return html`<tr><th scope="row">${isClean(condition) ? 'clean' : strengthLabel(condition)}</th>${cells}</tr>`;
}

function accuracyCell(result: StudyResult, model: StudyModel, condition: Condition, best: boolean): Html {
  const point = pointAt(result, model.id, condition);
  if (!point) return html`<td>–</td>`;
  const value = formatAccuracy(point.accuracy.value);
  const mark = best ? html` <span class="best" role="img" aria-label="highest in the row">★</span>` : NOTHING;
  const figure = best ? html`<strong>${value}</strong>${mark}` : html`${value}`;
  return html`<td>${figure}<small>${formatRange(point.accuracy)}</small></td>`;
}
