/** The measured parts of docs/findings.md, in Markdown, from committed results and nothing else. */
import { formatFixed, formatSignificant } from '../../report/format.js';
import { markdownTable } from '../../report/markdown.js';
import { measureText } from '../../report/measures.js';
import type { Cell } from '../../report/tables.js';
import type { Interval, StudyResult } from '../../result/study.js';
import { plannedResults, probabilityText } from '../planned.js';
import { compareRanks } from '../statistics/ranks.js';
import type { Study } from '../study.js';
import { claimsOf, type Effect, meanOfMeasure, metaOf, PAIR, rankCorrelation } from './effects.js';
import { meanScore, type PublicBenchmark, pairedOn, type Score } from './public-benchmark.js';

const cells = (texts: readonly string[]): Cell[] => texts.map((text) => ({ text }));

/** What was planned, and what came of it. */
export function plannedMarkdown(study: Study, result: StudyResult): string {
  const { plan } = study;
  if (plan === undefined) return '';
  const found = plannedResults(study, plan, result.runs);
  const label = (id: string) => result.models.find((model) => model.id === id)?.label ?? id;
  const rows = found.map((each): Cell[] => {
    const { value, low, high, count } = each.difference;
    const factor = (log: number) => `× ${formatSignificant(2 ** log)}`;
    const [middle, range] = each.logarithm
      ? [factor(value), `× ${formatSignificant(2 ** low)} to ${formatSignificant(2 ** high)}`]
      : [formatSignificant(value, true), `${formatSignificant(low, true)} to ${formatSignificant(high, true)}`];
    return [
      { text: `${label(each.first)} ${each.logarithm ? '/' : '−'} ${label(each.second)}` },
      { text: measureText(each.measure).label },
      { text: middle, best: each.verdict !== 'cannot be told' },
      ...cells([range, probabilityText(each.adjusted), each.verdict, String(count)]),
    ];
  });
  const heading = ['planned', 'measure', 'found', '95 % interval', 'p (Holm)', 'verdict', 'pairs'];
  return `${markdownTable({ heading, rows })}\n`;
}

/** Mean of a measure of each model over its training seeds, one column a measure. */
export function measuresMarkdown(
  result: StudyResult,
  measures: readonly string[],
  decimals: readonly number[],
): string {
  const rows = result.models
    .filter(({ id }) => result.runs.some((run) => run.model === id))
    .map(({ id, label }): Cell[] => [
      { text: label },
      ...measures.map((measure, index) => ({
        text: formatFixed(meanOfMeasure(result, id, measure)?.value ?? null, decimals[index]!),
      })),
    ]);
  return `${markdownTable({ heading: ['mean over seeds', ...measures.map((name) => measureText(name).label)], rows })}\n`;
}

/** Of each model, how many networks keep a measure at its best on all their streams, and the span of another. */
export function countsMarkdown(result: StudyResult, share: string, span: string): string {
  const rows = result.models.flatMap(({ id, label }): Cell[][] => {
    const own = result.runs.filter((run) => run.model === id);
    if (own.length === 0) return [];
    const all = own.filter(({ measures }) => measures[share] === 1).length;
    const values = own.map(({ measures }) => measures[span] ?? Number.NaN);
    return [
      cells([
        label,
        `${all} of ${own.length}`,
        `${formatSignificant(Math.min(...values))} to ${formatSignificant(Math.max(...values))}`,
      ]),
    ];
  });
  return `${markdownTable({ heading: ['networks', `all streams: ${measureText(share).label}`, measureText(span).label], rows })}\n`;
}

/** Minutes that the runs of each study took, one thread each, and the sum of what the file says. */
export function costsMarkdown(studies: readonly StudyResult[], benchmark: PublicBenchmark | null): string {
  const minutes = (seconds: readonly number[]) => formatFixed(seconds.reduce((sum, own) => sum + own, 0) / 60, 0);
  const rows = studies.map(({ name, runs }) =>
    cells([name, String(runs.length), minutes(runs.map(({ seconds }) => seconds))]),
  );
  if (benchmark !== null)
    rows.push(cells(['public', String(benchmark.runs.length), minutes(benchmark.runs.map(({ seconds }) => seconds))]));
  return `${markdownTable({ heading: ['study', 'runs', 'minutes of one thread'], rows })}\n`;
}

/** How the measures of all networks of a study are tied. */
export function tieMarkdown(result: StudyResult, pairs: readonly (readonly [string, string])[]): string {
  const rows = pairs.map(([first, second]) => {
    const { value, count } = rankCorrelation(result, first, second);
    return cells([measureText(first).label, measureText(second).label, formatFixed(value, 2), String(count)]);
  });
  return `${markdownTable({ heading: ['measure', 'and', 'rank correlation', 'networks'], rows })}\n`;
}

export function claimsMarkdown(studies: readonly StudyResult[]): string {
  const found = claimsOf(studies);
  const rows = found.map(({ study, claim, measure, difference, detectable, adjusted, verdict }): Cell[] => [
    ...cells([study, claim, measureText(measure).label]),
    { text: formatSignificant(difference.value, true), best: verdict !== 'cannot be told' },
    ...cells([
      rangeText(difference),
      formatSignificant(detectable),
      probabilityText(adjusted),
      verdict,
      String(difference.count),
    ]),
  ]);
  const heading = [
    'study',
    'claim',
    'measure',
    'noise − control',
    '95 % interval',
    'detectable',
    'p (Holm)',
    'verdict',
    'pairs',
  ];
  const count = (verdict: string) => found.filter((each) => each.verdict === verdict).length;
  return (
    `${markdownTable({ heading, rows })}\n\nOf ${found.length} comparisons ${count('as claimed')} are as claimed, ` +
    `${count('the other way')} the other way, and ${count('cannot be told')} cannot be told.\n`
  );
}

export function metaMarkdown(effects: readonly Effect[]): string {
  const meta = metaOf(effects);
  const rows = effects.map(({ label, kind, difference }, index): Cell[] => [
    ...cells([label, kind]),
    { text: points(difference.value), best: difference.low > 0 || difference.high < 0 },
    ...cells([
      `${points(difference.low)} to ${points(difference.high)}`,
      `${formatFixed(100 * meta.weights[index]!, 0)} %`,
      String(difference.count),
    ]),
  ]);
  const heading = ['data', 'kind', 'noise − control, points', '95 % interval', 'weight', 'seeds'];
  const { mean, between, inconsistency, prediction } = meta;
  return (
    `${markdownTable({ heading, rows })}\n\nMean effect over ${effects.length} data sets (random effects) ${points(mean.value)} points, 95 % ` +
    `interval ${points(mean.low)} to ${points(mean.high)}; deviation between data sets ${formatFixed(100 * between, 1)} points, ` +
    `I² ${formatFixed(100 * inconsistency, 0)} %` +
    (Number.isNaN(prediction.low)
      ? '.\n'
      : `; a further data set's effect is expected between ${points(prediction.low)} and ${points(prediction.high)} points.\n`)
  );
}

const SCORES: readonly (readonly [Score, string])[] = [
  ['clean', 'clean'],
  ['white0.5', 'white noise, ½ σ'],
  ['white1', 'white noise, 1 σ'],
];
export const METHODS = ['noisy', 'control', 'input-noise', 'minirocket'];

/** Mean accuracies of every method on every data set, and the paired gain of noise. */
export function publicMarkdown(benchmark: PublicBenchmark): string {
  const rows = benchmark.datasets.flatMap(({ name, steps, channels, train }) =>
    SCORES.map(([score, label]): Cell[] => {
      const means = METHODS.map((model) => meanScore(benchmark, name, model, score)?.value ?? null);
      const gain = pairedOn(benchmark, name, PAIR, score);
      return [
        ...cells([`${name} (${train} × ${steps} × ${channels})`, label]),
        ...means.map((value) => ({
          text: formatFixed(value, 3),
          best: value === Math.max(...means.map((own) => own ?? 0)),
        })),
        { text: points(gain.value), best: gain.low > 0 || gain.high < 0 },
        { text: `${points(gain.low)} to ${points(gain.high)}` },
      ];
    }),
  );
  return `${markdownTable({ heading: ['data (rows × steps × channels)', 'input', 'noise', 'control', 'input noise', 'MiniRocket', 'noise − control', '95 % interval'], rows })}\n`;
}

/** Mean ranks over the data sets that all methods were run on. */
export function ranksOf(benchmark: PublicBenchmark, score: Score) {
  const scores = benchmark.datasets.flatMap(({ name }) => {
    const own = METHODS.map((model) => meanScore(benchmark, name, model, score)?.value);
    return own.every((value) => value !== undefined) ? [own as number[]] : [];
  });
  return {
    sets: scores.length,
    ...(scores.length === 0 ? { ranks: [], statistic: 0, criticalDifference: 0 } : compareRanks(scores)),
  };
}

export function ranksMarkdown(benchmark: PublicBenchmark): string {
  const rows = SCORES.map(([score, label]) => {
    const { sets, ranks, statistic, criticalDifference } = ranksOf(benchmark, score);
    return cells([
      label,
      ...ranks.map((rank) => formatFixed(rank, 2)),
      formatFixed(statistic, 2),
      formatFixed(criticalDifference, 2),
      String(sets),
    ]);
  });
  return `${markdownTable({ heading: ['mean rank', ...METHODS, 'Friedman χ²', 'critical difference', 'data sets'], rows })}\n`;
}

function points(share: number): string {
  const text = formatFixed(100 * share, 1);
  return share > 0 && Number(text) !== 0 ? `+${text}` : text;
}

function rangeText({ low, high }: Interval): string {
  return `${formatSignificant(low, true)} to ${formatSignificant(high, true)}`;
}
