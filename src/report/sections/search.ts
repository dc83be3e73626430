import type { StudyResult, StudySearch } from '../../result/study.js';
import { modelLabel } from '../conditions.js';
import { formatAccuracy, formatFixed } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';
import { meanOf } from '../tables.js';
import { scrollable, section } from './section.js';

/** What was chosen on validation data, from what, and by how much. */
export function searchSection(result: StudyResult): Html {
  if (result.searches.length === 0) return NOTHING;
  const seeds = result.searches[0]?.seeds.join(', ') ?? '';
  return section(
    'search',
    'How settings were chosen',
    html`<p>By accuracy on the validation data, over training seeds ${seeds}, which the study itself does not use; no test data
were read. Learning rates: the highest mean accuracy, ties by the lower loss, and as many candidates for every model. Strengths
of regularisers: the strongest whose mean accuracy lies no more than a tolerance below that of the network without any.</p>`,
    html`<details><summary>Every candidate (${result.searches.reduce((sum, { candidates }) => sum + candidates.length, 0)})</summary>
${scrollable(
  'Candidates',
  html`<table class="figures">
<thead><tr><th scope="col">Candidate</th><th scope="col">Validation accuracy</th><th scope="col">Validation loss</th></tr></thead>
${result.searches.map((search) => searchBody(result, search))}
</table>`,
)}
</details>`,
  );
}

function searchBody(result: StudyResult, { label, models, reference, candidates, chosen }: StudySearch): Html {
  const known = models.filter((id) => result.models.some((model) => model.id === id));
  const rule = reference === null ? '' : `, within ${formatFixed(100 * reference.tolerance, 1)} points`;
  const heading = `${label}${rule}: ${known.map((id) => modelLabel(result, id)).join(', ')}`;
  const rows = candidates.map((candidate) => {
    const best = candidate.label === chosen;
    const name = best
      ? html`<strong>${candidate.label}</strong> <span class="best" role="img" aria-label="chosen">★</span>`
      : html`${candidate.label}`;
    const losses = candidate.losses.map((loss) => formatFixed(loss, 3)).join(', ');
    return html`<tr><th scope="row">${name}</th><td>${formatAccuracy(meanOf(candidate.accuracies))}<small>${candidate.accuracies.map(formatAccuracy).join(', ')}</small></td><td>${losses}</td></tr>`;
  });
  return html`<tbody><tr class="group"><th scope="rowgroup" colspan="3">${heading}</th></tr>${rows}</tbody>`;
}
