import type { StudyResult } from '../../result/study.js';
import { formatCount, formatDuration } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';

/** Title, question, answer, and what was measured on what. */
export function summarySection(result: StudyResult): Html {
  const { data, seeds, plannedSeeds, perturbationSeeds, builds } = result;
  // The verdict is the answer's first sentence.
  const [verdict = '', details = ''] = result.answer.split(/(?<=[.!?]) (.*)/s);
  const missing =
    seeds.length < plannedSeeds ? html` <strong>(${seeds.length} of ${plannedSeeds} planned)</strong>` : NOTHING;
  return html`<header>
<p class="kicker">Study: ${result.name}</p>
<h1>${result.title}</h1>
<p class="question">${result.question}</p>
<p class="answer"><strong>Answer.</strong> ${verdict}</p>
<p class="details">${details}</p>
<dl class="facts">
<div><dt>Data</dt><dd>${data.name}: ${data.description}</dd></div>
<div><dt>Sequences</dt><dd>${formatCount(data.train)} to train, ${formatCount(data.validation)} to validate,
${formatCount(data.test)} to test; ${formatCount(data.steps)} steps, ${formatCount(data.channels)}
${data.channels === 1 ? 'channel' : 'channels'}</dd></div>
<div><dt>Classes</dt><dd>${data.classes.join(', ')}</dd></div>
<div><dt>Repeats</dt><dd>training seeds ${seeds.join(', ')}${missing}; perturbation seeds ${perturbationSeeds.join(', ')}</dd></div>
<div><dt>Engine builds</dt><dd>${buildsText(builds)}</dd></div>
<div><dt>Time taken</dt><dd>${formatDuration(result.seconds)}</dd></div>
</dl>
</header>`;
}

/** Runs of several builds are pooled only when that was asked for: builds round differently, and agree in distribution. */
function buildsText(builds: Readonly<Record<string, number>>): string {
  const entries = Object.entries(builds);
  const listed = entries.map(([build, count]) => `${build} (${count === 1 ? '1 run' : `${count} runs`})`).join(', ');
  return entries.length > 1
    ? `${listed}; builds round differently, so these are pooled as draws of one experiment`
    : listed;
}
