/** Gains beside what there was to gain, in Markdown: percentage points, computed from the results and nothing else. */
import { conditionLabel } from '../report/conditions.js';
import { formatFixed } from '../report/format.js';
import { markdownTable } from '../report/markdown.js';
import type { Cell } from '../report/tables.js';
import type { Interval, StudyResult } from '../result/study.js';
import {
  type Headroom,
  headroomOf,
  type SearchedGain,
  searchedGains,
  splitCorrelation,
  standsCorrected,
} from './gains.js';
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
  return `${markdownTable(table)}\n\n${[halves(perturbed), ...tie(result)].join(' ')}\n`;
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

/** One sentence; none where it takes more seeds. */
function tie(result: StudyResult): string[] {
  const correlations = splitCorrelation(result);
  if (correlations.some(Number.isNaN)) return [];
  const [one, other] = correlations.map((value) => formatFixed(value, 2));
  return [
    `Over the perturbed conditions, the correlation of loss and gain is ${one} with the loss of even seeds and the gain of odd ` +
      `ones, and ${other} the other way round.`,
  ];
}

/**
 * Every pair of the search.
 * @param explained the study whose conditions the average is over.
 */
export function searchMarkdown(result: StudyResult, explained: StudyResult): string {
  const conditions = perturbedConditions(explained.protocol);
  const gains = searchedGains(result, conditions);
  const ordinary = `${conditions.length} perturbations`;
  const stronger = `${perturbedConditions(result.protocol).length - conditions.length} stronger`;
  const describe = (id: string) => result.models.find((model) => model.id === id)?.description ?? id;
  const columns: [string, (row: SearchedGain) => Interval | null][] = [
    ['gain, clean', ({ clean }) => clean],
    [`gain, ${ordinary}`, ({ perturbed }) => perturbed],
    ['more than as chosen', ({ change }) => change],
    [`gain, ${stronger}`, (row) => row.stronger],
  ];
  const table = {
    heading: [
      ...['changed', 'clean accuracy of Noise off', `its loss, ${ordinary}`, `its loss, ${stronger}`],
      ...columns.map(([name]) => name),
    ],
    rows: gains.map((row, index): Cell[] => [
      { text: index === 0 ? `nothing: as chosen in ${explained.name}` : describe(row.first) },
      { text: formatFixed(100 * row.controlClean.value, 1) },
      { text: points(row.controlLoss.value) },
      { text: points(row.controlLossStronger.value) },
      ...columns.map(([, pick]) => correctedCell(pick(row), gains.length)),
    ]),
  };
  const counts = columns.map(
    ([name, pick]) =>
      `${name}: ${count(
        gains.flatMap((row) => pick(row) ?? []),
        gains.length,
      )}`,
  );
  const intervals = gains.flatMap((row) => columns.flatMap(([, pick]) => pick(row) ?? [])).length;
  return (
    `${markdownTable(table)}\n\n${gains.length} pairs, ${gains[0]!.perturbed.count} training seeds each; ${intervals} intervals, ` +
    `where nothing differs about one in twenty would leave zero out. ‡: leaves it out also if corrected for the ${gains.length} ` +
    `pairs of its column (Bonferroni). Intervals above zero and below it (in parentheses corrected), by column: ${counts.join('; ')}.\n`
  );
}

/** `12 and 1 (3 and 1)`. */
function count(intervals: readonly Interval[], number: number): string {
  const sides = (own: readonly Interval[]) => [own.filter(({ low }) => low > 0), own.filter(({ high }) => high < 0)];
  const text = (own: readonly Interval[]) =>
    sides(own)
      .map(({ length }) => length)
      .join(' and ');
  return `${text(intervals)} (${text(intervals.filter((interval) => standsCorrected(interval, number)))})`;
}

function correctedCell(interval: Interval | null, number: number): Cell {
  if (interval === null) return { text: '–' };
  const mark = standsCorrected(interval, number) ? ' ‡' : '';
  return { ...gainCell(interval), text: `${signed(interval.value)} (${ends(interval)})${mark}` };
}

/** Bold where the interval leaves zero out. */
function gainCell(gain: Interval): Cell {
  return { text: signed(gain.value), best: verdictOf(gain) !== 'inconclusive' };
}

function points(share: number): string {
  return formatFixed(100 * share, 2);
}

function signed(share: number): string {
  const text = points(share);
  return share > 0 && Number(text) !== 0 ? `+${text}` : text;
}

function ends({ low, high }: Interval): string {
  return Number.isNaN(low) ? '–' : `${signed(low)} to ${signed(high)}`;
}
