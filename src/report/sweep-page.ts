import type { SweepArm, SweepResult } from '../result/sweep.js';
import { renderChart } from './figures/chart.js';
import { parallelChart, reachedAccuracy, sliceChart } from './figures/parallel-coordinates.js';
import { formatAccuracy, formatFixed, formatSetting } from './format.js';
import { type Html, html, jsonForScript, NOTHING, trusted } from './html.js';
import { scrollable, section } from './sections/section.js';
import { STYLE } from './style.js';

const methods: Readonly<Record<SweepResult['method'], string>> = {
  grid: 'every point of a grid',
  random: 'arms drawn at random',
  halving: 'successive halving: after each rung the better part goes on, decided from complete rungs',
  asha: 'asynchronous successive halving: arms go on as soon as they are among the better part of those that are there',
};

/** A sweep as one self-contained page: nothing is fetched and nothing is computed. */
export async function renderSweepPage(result: SweepResult): Promise<string> {
  const scored = result.arms.some((arm) => reachedAccuracy(arm) !== null);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Sweep ${result.name}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
${summary(result)}
${scored ? await pictures(result) : NOTHING}
${armsSection(result)}
${settingsSection(result)}
</main>
<script type="application/json" id="result">${jsonForScript(result)}</script>
</body>
</html>
`.markup;
}

/** What was found, in a sentence; for a terminal too. */
export function sweepSentence({ best, arms, epochs, selection, limit }: SweepResult): string {
  const count = (status: SweepArm['status']) => arms.filter((arm) => arm.status === status).length;
  const counts = (['completed', 'stopped', 'failed', 'left'] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${status}`);
  const share = epochs.full === 0 ? 0 : (100 * epochs.trained) / epochs.full;
  const cost = `${arms.length} arms (${counts.join(', ')}${limit === null ? '' : '; limited'}), ${epochs.trained} epochs, ${formatFixed(share, 1)} % of training every arm to its end.`;
  if (best === null) return `No arm is trained to its end yet. ${cost}`;
  const values = Object.entries(best.values).map(([name, value]) => `${name} ${value}`);
  return `Best by ${selection} on the validation data: arm ${best.arm} (${values.join(', ')}), accuracy ${best.accuracy === null ? '–' : formatAccuracy(best.accuracy)}, loss ${best.loss === null ? '–' : formatFixed(best.loss, 4)}. ${cost}`;
}

function summary(result: SweepResult): Html {
  const caution = result.reproducible
    ? NOTHING
    : html`<p class="note">Which arms went on depended on which were there when a worker was free: another sweep of the same space may
decide otherwise. The decisions are in the embedded JSON.</p>`;
  return html`<header><h1>Sweep ${result.name}</h1>
<p>${sweepSentence(result)}</p>
<p class="note">Method: ${methods[result.method]}. ${result.seeds.length === 1 ? 'Training seed' : 'Training seeds'} ${result.seeds.join(', ')}, the same for
every arm. No test data were read: the best of many is flattered by the data that it was chosen on, so test it once, on other data.</p>
${caution}</header>`;
}

async function pictures(result: SweepResult): Promise<Html> {
  const parallel = parallelChart(result);
  const slices = await Promise.all(
    result.dimensions.map(async (dimension) => {
      const chart = sliceChart(result, dimension);
      return html`<div><h3>${dimension.name}</h3>${await renderChart(chart.spec, chart.name, chart.description)}</div>`;
    }),
  );
  return section(
    'pictures',
    'Settings and accuracy',
    html`<figure>${await renderChart(parallel.spec, parallel.name, parallel.description)}
<figcaption>A line an arm: heavy the best, coloured those that were trained to the end, faint those that were stopped.</figcaption></figure>`,
    html`<figure><div class="panels">${slices}</div>
<figcaption>A point an arm, at the accuracy that it had when it was stopped.</figcaption></figure>`,
  );
}

function armsSection(result: SweepResult): Html {
  const names = result.dimensions.map(({ name }) => name);
  const order = [...result.arms].sort(
    (a, b) =>
      Number(b.arm === result.best?.arm) - Number(a.arm === result.best?.arm) ||
      b.rungs.length - a.rungs.length ||
      (reachedAccuracy(b) ?? -1) - (reachedAccuracy(a) ?? -1) ||
      a.arm - b.arm,
  );
  const rows = order.map((arm) => {
    const last = arm.rungs.at(-1);
    const accuracy = reachedAccuracy(arm);
    const losses = last?.losses.map((loss) => (loss === null ? 'diverged' : formatFixed(loss, 4))).join(', ') ?? '–';
    return html`<tr><th scope="row">${arm.arm}</th>${names.map((name) => html`<td>${formatSetting(arm.values[name] ?? '–')}</td>`)}<td>${last?.epochs ?? 0}</td><td>${accuracy === null ? '–' : formatAccuracy(accuracy)}</td><td>${losses}</td><td>${arm.status}</td></tr>`;
  });
  return section(
    'arms',
    'Every arm',
    scrollable(
      'Arms',
      html`<table class="figures">
<thead><tr><th scope="col">Arm</th>${names.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col">Epochs</th><th scope="col">Validation accuracy</th><th scope="col">Loss</th><th scope="col">Status</th></tr></thead>
<tbody>${rows}</tbody>
</table>`,
    ),
  );
}

function settingsSection({ settings, command, builds, rungEpochs }: SweepResult): Html {
  const facts = {
    ...settings,
    'epochs of the rungs': rungEpochs.join(', '),
    'engine builds': Object.keys(builds).join(', '),
  };
  const list = Object.entries(facts).map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${formatSetting(value)}</dd></div>`,
  );
  return section(
    'settings',
    'The same for all',
    html`<dl class="facts">${list}</dl>`,
    html`<pre><code>${command}</code></pre>`,
  );
}
