/**
 * Pictures of docs/recognition.md: what a generator expects and what comes, and the posterior of the classes while a channel is
 * hidden. Trains two generators on series of the study for a minute.
 *
 *     node scripts/recognition-figures.mjs
 */
import { writeFile } from 'node:fs/promises';
import { trainGenerators } from '../dist/experiments/recognition/models.js';
import { plan } from '../dist/experiments/recognition/plan.js';
import { makeData } from '../dist/experiments/recognition/series.js';

const own = plan.data['limit-cycles'];
const data = await makeData('limit-cycles', own, 1, { files: undefined });
const generators = trainGenerators(data, own, 1, 'learned');

const series = data.test[own.test + 1];
const hidden = series.values.slice();
for (let step = 15; step < 35; step++)
  for (const channel of [0, 1]) hidden[step * data.channels + channel] = Number.NaN;
const scores = await generators.scores(hidden, series.steps, null);
const posterior = scores.map((at) => {
  const largest = Math.max(...at);
  const weights = [...at].map((value) => Math.exp(value - largest));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
});

const [width, height, left, top] = [640, 300, 50, 16];
const x = (step) => left + (step / (series.steps - 1)) * (width - left - 12);
const colours = ['#2c6fbb', '#c0504d', '#5a9e4b', '#8064a2'];
const path = (points) =>
  points
    .map(([a, b], i) => `${i === 0 || Number.isNaN(points[i - 1][1]) ? 'M' : 'L'}${a.toFixed(1)} ${b.toFixed(1)}`)
    .join('');
const signal = (value) => top + 60 - value * 22;
const probability = (value) => top + 270 - value * 110;
const text = (a, b, says, anchor = 'start') =>
  `<text x="${a}" y="${b}" text-anchor="${anchor}" font-family="sans-serif" font-size="11" fill="#333">${says}</text>`;
const lines = Array.from({ length: data.channels }, (_, channel) => {
  const points = Array.from({ length: series.steps }, (_, step) => [
    x(step),
    signal(hidden[step * data.channels + channel]),
  ]);
  const known = points.filter(([, value]) => !Number.isNaN(value));
  const parts = [
    known.filter(([at]) => at < x(15)),
    known.filter(([at]) => at >= x(15) && at < x(35)),
    known.filter(([at]) => at >= x(35)),
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => `<path d="${path(part)}" fill="none" stroke="${colours[channel]}" stroke-width="1.3"/>`)
    .join('');
});
const classes = posterior[0].map(
  (_, k) =>
    `<path d="${path(posterior.map((at, step) => [x(step), probability(at[k])]))}" fill="none" stroke="${colours[k]}" stroke-width="2"/>`,
);
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>Channels of an oscillator, two of them hidden for a while, and the posterior of each class below</title>
<rect width="${width}" height="${height}" fill="white"/>
<rect x="${x(15)}" y="${top}" width="${x(34) - x(15)}" height="${height - 30}" fill="#eee"/>
${lines.join('\n')}
<line x1="${left}" x2="${width - 12}" y1="${probability(0.95)}" y2="${probability(0.95)}" stroke="#999" stroke-dasharray="4 3"/>
<line x1="${left}" x2="${width - 12}" y1="${probability(0)}" y2="${probability(0)}" stroke="#333"/>
${classes.join('\n')}
${text(4, signal(0), 'channels')}${text(4, probability(1) + 4, 'p = 1')}${text(4, probability(0), '0')}${text(x(25), top + 12, 'two channels hidden', 'middle')}${text(width - 12, height - 4, 'step', 'end')}
</svg>
`;
await writeFile(new URL('../docs/figures/recognition.svg', import.meta.url), svg);
console.log(posterior.map((at) => at.map((value) => value.toFixed(3)).join(' ')).join('\n'));
