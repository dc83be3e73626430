/** The result of scripts/public-benchmark.mjs, as it is committed. */
import { InputError } from '../../errors.js';
import type { Interval } from '../../result/study.js';
import { meanInterval, pairedInterval } from '../statistics/intervals.js';
import type { Pair } from '../study.js';

export type Score = 'clean' | 'white0.5' | 'white1';

export interface PublicRun extends Readonly<Record<Score, number>> {
  readonly dataset: string;
  readonly model: string;
  readonly seed: number;
  readonly seconds: number;
}

export interface PublicBenchmark {
  readonly datasets: readonly {
    readonly name: string;
    readonly train: number;
    readonly test: number;
    readonly steps: number;
    readonly channels: number;
    readonly classes: number;
  }[];
  readonly runs: readonly PublicRun[];
}

/** @throws InputError if the text is no such result. */
export function parsePublic(text: string, path: string): PublicBenchmark {
  const content = JSON.parse(text) as PublicBenchmark & { format?: unknown; version?: unknown };
  if (content.format !== 'noisy-rnn/public-benchmark' || content.version !== 1)
    throw new InputError(`${path} is no result of scripts/public-benchmark.mjs, version 1; write it anew`);
  return content;
}

function scoresBySeed({ runs }: PublicBenchmark, dataset: string, model: string, score: Score): Map<number, number> {
  const own = runs.filter((run) => run.dataset === dataset && run.model === model);
  return new Map(own.map((run) => [run.seed, run[score]]));
}

/** First minus second on one data set, paired by seed. */
export function pairedOn(benchmark: PublicBenchmark, dataset: string, { first, second }: Pair, score: Score): Interval {
  const [a, b] = [first, second].map((model) => scoresBySeed(benchmark, dataset, model, score)) as [
    Map<number, number>,
    Map<number, number>,
  ];
  const shared = [...a.keys()].filter((seed) => b.has(seed));
  return pairedInterval(
    shared.map((seed) => a.get(seed)!),
    shared.map((seed) => b.get(seed)!),
  );
}

export function meanScore(benchmark: PublicBenchmark, dataset: string, model: string, score: Score): Interval | null {
  const values = [...scoresBySeed(benchmark, dataset, model, score).values()];
  return values.length === 0 ? null : meanInterval(values);
}
