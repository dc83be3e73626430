import type { StudyResult } from '../../result/study.js';
import { formatCount, formatDuration } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';
import { section } from './section.js';

/** Title, question, answer. */
export function summarySection(result: StudyResult): Html {
  const { data, models, seeds } = result;
  const [verdict] = answerParts(result);
  const compared = models.filter(({ role }) => role !== 'dose').length;
  return html`<header>
<p class="kicker">Study ${result.name}: ${formatCount(data.test)} test sequences of ${formatCount(data.steps)} steps,
${counted(data.classes.length, 'class', 'classes')}; ${counted(compared, 'model', 'models')},
${counted(seeds.length, 'training seed', 'training seeds')}${missingSeeds(result)}</p>
<h1>${result.title}</h1>
<p class="question">${result.question}</p>
<p class="answer"><strong>Answer.</strong> ${verdict}</p>
</header>`;
}

/** The rest of the answer, which qualifies its first sentence. */
export function answerDetails(result: StudyResult): Html {
  const [, details] = answerParts(result);
  return details === '' ? NOTHING : html`<p class="details">${details}</p>`;
}

/** What was measured, on what, by what. */
export function factsSection(result: StudyResult): Html {
  const { data, seeds, perturbationSeeds, builds } = result;
  return section(
    'facts',
    'Data and runs',
    html`<dl class="facts">
<div><dt>Data</dt><dd>${data.name}: ${data.description}</dd></div>
<div><dt>Sequences</dt><dd>${formatCount(data.train)} to train, ${formatCount(data.validation)} to validate,
${formatCount(data.test)} to test; ${formatCount(data.steps)} steps, ${counted(data.channels, 'channel', 'channels')}</dd></div>
<div><dt>Classes</dt><dd>${data.classes.join(', ')}</dd></div>
<div><dt>Repeats</dt><dd>training seeds ${seeds.join(', ')}${missingSeeds(result)}; perturbation seeds ${perturbationSeeds.join(', ')}</dd></div>
<div><dt>Engine builds</dt><dd>${buildsText(builds)}</dd></div>
<div><dt>Time taken</dt><dd>${formatDuration(result.seconds)}, all runs together</dd></div>
</dl>`,
  );
}

/** The verdict is the answer's first sentence. */
function answerParts({ answer }: StudyResult): [string, string] {
  const [verdict = '', details = ''] = answer.split(/(?<=[.!?]) (.*)/s);
  return [verdict, details];
}

function missingSeeds({ seeds, plannedSeeds }: StudyResult): Html {
  if (seeds.length >= plannedSeeds) return NOTHING;
  return html` <strong>(${seeds.length} of ${plannedSeeds} planned)</strong>`;
}

function counted(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Runs of several builds are pooled only when that was asked for: builds round differently, and agree in distribution. */
export function buildsText(builds: Readonly<Record<string, number>>): string {
  const entries = Object.entries(builds);
  const listed = entries.map(([build, count]) => `${build} (${count === 1 ? '1 run' : `${count} runs`})`).join(', ');
  return entries.length > 1
    ? `${listed}; builds round differently, so these are pooled as draws of one experiment`
    : listed;
}
