import type { StudyResult, StudyRun } from '../../result/study.js';
import { modelLabel } from '../conditions.js';
import { formatAccuracy, formatCount, formatDuration, formatFixed } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';
import { scrollable } from './section.js';

/** Every training run by itself, folded away. */
export function runsTable(result: StudyResult): Html {
  if (result.runs.length === 0) return NOTHING;
  return html`<details><summary>Every training run (${result.runs.length})</summary>
${scrollable(
  'Every training run',
  html`<table class="figures">
<thead><tr><th scope="col">Model</th><th scope="col">Seed</th><th scope="col">Validation accuracy</th><th scope="col">Test accuracy</th>
<th scope="col">Test loss</th><th scope="col">Test sequences</th><th scope="col">Epoch kept</th><th scope="col">Time</th></tr></thead>
<tbody>${result.runs.map((run) => runRow(result, run))}</tbody>
</table>`,
)}
</details>`;
}

function runRow(result: StudyResult, run: StudyRun): Html {
  return html`<tr><th scope="row">${modelLabel(result, run.model)}</th><td>${run.seed}</td>
<td>${formatAccuracy(run.validation.accuracy)}</td><td>${formatAccuracy(run.test.accuracy)}</td><td>${formatFixed(run.test.loss, 4)}</td><td>${formatCount(run.test.count)}</td>
<td>${run.bestEpoch}</td><td>${formatDuration(run.seconds)}</td></tr>`;
}
