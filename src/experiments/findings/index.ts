/** docs/findings.md: its measured parts and its figures, from committed results alone. */
import { byLengthChart, forestChart } from '../../report/figures/index.js';
import type { Chart } from '../../report/figures/labelled.js';
import type { StudyResult } from '../../result/study.js';
import { parallel, streams } from '../studies/long-ecg.js';
import { effectsOf, metaOf } from './effects.js';
import type { PublicBenchmark } from './public-benchmark.js';
import {
  claimsMarkdown,
  costsMarkdown,
  countsMarkdown,
  measuresMarkdown,
  metaMarkdown,
  plannedMarkdown,
  publicMarkdown,
  ranksMarkdown,
  tieMarkdown,
} from './tables.js';

export { type PublicBenchmark, parsePublic } from './public-benchmark.js';

/** Every committed result that the findings rest on; null for what is not there. */
export interface Committed {
  /** Studies of noise and its control under perturbed input, by name. */
  readonly robustness: readonly StudyResult[];
  readonly parallel: StudyResult;
  readonly streams: StudyResult;
  readonly benchmark: PublicBenchmark | null;
}

/** Studies of robustness that are put together, where they are committed. */
export const ROBUSTNESS = ['ecg', 'heartbeats', 'mnist-rows', 'mnist-196', 'mnist', 'fashion-rows', 'fashion-196'];

const lengthsOf = ({ protocol }: StudyResult) => [
  ...(protocol.parallel?.lengths ?? []),
  ...(protocol.streams?.lengths ?? []),
];

/** By name, what stands between `<!-- NAME -->` and `<!-- end of NAME -->`. */
export function findingsBlocks(committed: Committed): Record<string, string> {
  const { robustness, benchmark } = committed;
  const [p, s] = [committed.parallel, committed.streams];
  const [short = 0, middle = 0, long = 0] = lengthsOf(p);
  const last = lengthsOf(s).at(-1)!;
  return {
    'parallel-planned': plannedMarkdown(parallel, p),
    'parallel-lengths': measuresMarkdown(
      p,
      [`iterations.${short}`, `iterations.${middle}`, `iterations.${long}`, `converged.${long}`, `exponent.${middle}`],
      [1, 1, 1, 2, 4],
    ),
    'parallel-counts': countsMarkdown(p, `converged.${long}`, `iterations.${long}`),
    'parallel-tie': tieMarkdown(
      p,
      [short, middle, long].map((length) => [`exponent.${length}`, `iterations.${length}`] as const),
    ),
    'streams-planned': plannedMarkdown(streams, s),
    'streams-lengths': measuresMarkdown(
      s,
      ['alone', `reading.${last}`, `inside.${last}`, `bounded.${last}`, `growth.${last}`, 'exponent', 'bound'],
      [3, 3, 2, 2, 2, 4, 3],
    ),
    'streams-counts': countsMarkdown(s, `bounded.${last}`, `growth.${last}`),
    'streams-tie': tieMarkdown(s, [
      ['exponent', `growth.${last}`],
      ['exponent', `reading.${last}`],
      ['bound', `growth.${last}`],
    ]),
    claims: claimsMarkdown(robustness.filter(({ runs }) => runs.some(({ measures }) => 'hessianMax' in measures))),
    costs: costsMarkdown([...robustness, p, s], benchmark),
    meta: metaMarkdown(effectsOf(robustness, benchmark)),
    ...(benchmark && { public: publicMarkdown(benchmark), ranks: ranksMarkdown(benchmark) }),
  };
}

/** Figures by the name of their file. */
export function findingsCharts(committed: Committed): Record<string, Chart> {
  const effects = effectsOf(committed.robustness, committed.benchmark);
  const rows = effects.map(({ label, difference }) => ({ label, effect: times100(difference) }));
  const byLength = (result: StudyResult, measure: string) =>
    result.models
      .filter(({ role, id }) => role !== 'dose' && result.runs.some((run) => run.model === id))
      .map(({ id, label }) => ({
        label,
        data: lengthsOf(result).map((length) => ({
          length,
          values: result.runs.flatMap((run) => {
            const value = run.model === id ? run.measures[`${measure}.${length}`] : null;
            return value === null || value === undefined ? [] : [value];
          }),
        })),
      }));
  return {
    'findings-forest': forestChart(
      [...rows, { label: 'mean (random effects)', effect: times100(metaOf(effects).mean), summary: true }],
      'accuracy gained by noise on perturbed input (percentage points)',
      'What noise gains, study by study',
    ),
    'findings-parallel': byLengthChart(byLength(committed.parallel, 'iterations'), {
      axis: 'iterations of plain Newton (100: not converged)',
      name: 'Iterations against length, ECG5000',
      logarithmic: true,
    }),
    'findings-streams': byLengthChart(byLength(committed.streams, 'reading'), {
      axis: 'accuracy of readings without reset',
      name: 'Left running: accuracy against length, ECG5000',
      logarithmic: false,
    }),
  };
}

const times100 = ({ value, low, high }: { value: number; low: number; high: number }) => ({
  ...{ value: 100 * value, low: 100 * low, high: 100 * high },
});
