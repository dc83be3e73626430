/** Gains beside what there was to gain, in Markdown: percentage points, computed from the results and nothing else. */
import { conditionLabel } from '../report/conditions.js';
import { formatFixed } from '../report/format.js';
import { markdownTable } from '../report/markdown.js';
import type { Cell } from '../report/tables.js';
import type { Interval, StudyResult } from '../result/study.js';
import { type Headroom, headroomOf, searchedGains, splitCorrelation, standsCorrected } from './gains.js';
import { mean, verdictOf } from './statistics/intervals.js';
import { perturbedConditions } from './study.js';

/** A loss of the control from which there is something to gain, as this page counts it: one percentage point. */
const SOMETHING = 0.01;

/** Per condition of a study: what the control lost, what the noisy model lost, and the difference of the two models. */
export function headroomMarkdown(result: StudyResult): string {
  const rows = headroomOf(result);
  const perturbed = rows.slice(0, perturbedConditions(result.protocol).length);
  const table = {
    heading: ['input', 'lost by Noise off', 'lost by Noisy RNN', 'gain of noise', '95 % interval', 'seeds'],
    rows: rows.map((row): Cell[] => [
      { text: conditionLabel(row) },
      { text: points(row.controlLoss.value) },
      { text: points(row.noisyLoss.value) },
      gainCell(row.gain),
      { text: ends(row.gain) },
      { text: String(row.gain.count) },
    ]),
  };
  return `${markdownTable(table)}\n\n${halves(perturbed)} ${tie(result)}\n`;
}

/** The conditions that cost the control something, and those that do not, apart. */
function halves(rows: readonly Headroom[]): string {
  const much = rows.filter(({ controlLoss }) => controlLoss.value >= SOMETHING);
  const little = rows.filter(({ controlLoss }) => controlLoss.value < SOMETHING);
  const averages = (own: readonly Headroom[]) => {
    const average = (pick: (row: Headroom) => Interval) => mean(own.map((row) => pick(row).value));
    return `it loses ${points(average(({ controlLoss }) => controlLoss))} on average, and noise gains ${signed(average(({ gain }) => gain))}`;
  };
  return [
    much.length > 0 &&
      `In the ${much.length} perturbed conditions that cost the control a point or more, ${averages(much)}`,
    little.length > 0 && `in the ${little.length} that cost it less than a point, ${averages(little)}`,
  ]
    .filter(Boolean)
    .join('; ')
    .concat('.');
}

function tie(result: StudyResult): string {
  const [one, other] = splitCorrelation(result).map((value) => formatFixed(value, 2));
  return (
    `Over the perturbed conditions, the correlation of loss and gain is ${one} with the loss of even seeds and the gain of odd ` +
    `ones, and ${other} the other way round.`
  );
}

/**
 * Every pair of the search.
 * @param explained the study whose conditions the average is over.
 */
export function searchMarkdown(result: StudyResult, explained: StudyResult): string {
  const gains = searchedGains(result, perturbedConditions(explained.protocol));
  const describe = (id: string) => result.models.find((model) => model.id === id)?.description ?? id;
  const table = {
    heading: [
      'changed',
      'Noise off, clean accuracy',
      'lost by Noise off',
      'gain, clean',
      'gain, nine perturbations',
      '95 % interval',
      'gain, more than as chosen',
      'gain, three stronger',
    ],
    rows: gains.map((row, index): Cell[] => [
      { text: index === 0 ? 'nothing: as chosen in ecg' : describe(row.first) },
      { text: formatFixed(100 * row.controlClean.value, 1) },
      { text: points(row.controlLoss.value) },
      gainCell(row.clean),
      gainCell(row.perturbed, standsCorrected(row.perturbed, gains.length) ? ' ‡' : ''),
      { text: ends(row.perturbed) },
      row.change === null ? { text: '–' } : { ...gainCell(row.change), text: withEnds(row.change) },
      { ...gainCell(row.stronger), text: withEnds(row.stronger) },
    ]),
  };
  const apart = gains.filter(({ perturbed }) => verdictOf(perturbed) !== 'inconclusive');
  const stands = gains.filter(({ perturbed }) => standsCorrected(perturbed, gains.length));
  const changes = gains.flatMap(({ change }) => change ?? []);
  const changed = changes.filter((change) => verdictOf(change) !== 'inconclusive');
  const changeStands = changes.filter((change) => standsCorrected(change, changes.length));
  const summary =
    `${gains.length} pairs, ${gains[0]!.perturbed.count} training seeds each. Over the nine perturbations the gain is above zero in ` +
    `${gains.filter(({ perturbed }) => perturbed.value > 0).length} pairs; the 95 % interval leaves zero out in ${apart.length} ` +
    `(${apart.filter(({ perturbed }) => perturbed.low > 0).length} above), and in ${stands.length} if corrected for the ${gains.length} ` +
    `comparisons (Bonferroni; ‡). The gain differs from that of the chosen settings in ${changed.length} of ${changes.length} ` +
    `(corrected: ${changeStands.length}).`;
  return `${markdownTable(table)}\n\n${summary}\n`;
}

/** Bold where the interval leaves zero out. */
function gainCell(gain: Interval, mark = ''): Cell {
  return { text: `${signed(gain.value)}${mark}`, best: verdictOf(gain) !== 'inconclusive' };
}

function points(share: number): string {
  return formatFixed(100 * share, 2);
}

function signed(share: number): string {
  const text = points(share);
  return share > 0 && Number(text) !== 0 ? `+${text}` : text;
}

function ends({ low, high }: Interval): string {
  return `${signed(low)} to ${signed(high)}`;
}

function withEnds(interval: Interval): string {
  return `${signed(interval.value)} (${ends(interval)})`;
}
