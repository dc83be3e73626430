/** What becomes of a trained network on sequences far longer than it was trained on, as numbers that a study can compare. */
import {
  analyzeStability,
  type Figure,
  followStreams,
  joined,
  lyapunovExponents,
  type NewtonForm,
  solveInParallel,
} from '../analysis/index.js';
import { applyPreprocessing, batchOf, type SequenceTable } from '../data/index.js';
import type { Engine } from '../engine/engine.js';
import type { Batch, Model } from '../model/index.js';
import { createGenerator } from '../random/index.js';
import type { StudyRun } from '../result/study.js';
import { buildConfigured, type LoadedRun } from '../train/index.js';
import { builtInParts } from '../train/parts/parts.js';
import type { ParallelPlan, StreamsPlan } from './study.js';

type Measures = StudyRun['measures'];

interface Scored {
  readonly model: Model;
  readonly engine: Engine;
  readonly parameters: LoadedRun['parameters'];
  /** Test sequences in an order drawn once, the same for every model and seed. */
  readonly test: Batch;
}

/** Rows that streams are made of. */
const ROWS = 2000;
const ORDER_SEED = 1;
/** A state this many times the largest of training sequences has left its range; one this many times has blown up. */
export const LEFT = 2;
export const BLOWN_UP = 1000;
const DIGITS = 5;

/** Test rows in random order, as a batch of the noise-free model. */
export function scoredFor(run: LoadedRun, test: SequenceTable, engine: Engine): Scored {
  const { settings, preprocessing, parameters } = run;
  const sizes = { inputs: preprocessing.channels, outputs: preprocessing.classes.length };
  const data = applyPreprocessing(test, preprocessing);
  const order = createGenerator(ORDER_SEED, 'streams').permutation(data.rows).slice(0, ROWS);
  const model = buildConfigured({ ...settings, noise: 'none' }, builtInParts, sizes);
  return { model, engine, parameters, test: batchOf(data, order) };
}

/**
 * By length L: `iterations.L` of plain Newton over time, mean over streams, at most `most`, which is also what a stream
 * counts that did not converge; `converged.L`, the share that did; `damped.L` (null beyond 2,000 steps) and `held.L` (null without a range)
 * likewise;
 * and `exponent.L`, the largest, per step.
 */
export async function parallelMeasures(scored: Scored, { lengths, streams, most }: ParallelPlan): Promise<Measures> {
  const { model, engine, parameters, test } = scored;
  const measures: Measures = {};
  for (const length of lengths) {
    const batch = joined(test, length, streams);
    for (const [form, name] of Object.entries(NAMES) as [NewtonForm, string][]) {
      const refused = form === 'held' && Object.keys(model.range).length === 0;
      if (refused || (form === 'damped' && length > LONGEST_DAMPED)) {
        measures[`${name}.${length}`] = null;
        continue;
      }
      const { iterations } = await solveInParallel(model, engine, parameters, batch, { form, most });
      measures[`${name}.${length}`] = rounded(average(iterations.map((count) => count ?? most)));
      measures[`${CONVERGED[form]}.${length}`] = rounded(average(iterations.map((count) => (count === null ? 0 : 1))));
    }
    const { perStep } = await lyapunovExponents(model, engine, parameters, batch, { exponents: 1 });
    measures[`exponent.${length}`] = numberOf(perStep[0]);
  }
  return measures;
}

/** The damped form spends its most iterations where the plain one fails too: not at every length. */
const LONGEST_DAMPED = 2000;

const NAMES: Readonly<Record<NewtonForm, string>> = { plain: 'iterations', held: 'held', damped: 'damped' };
const CONVERGED: Readonly<Record<NewtonForm, string>> = {
  plain: 'converged',
  held: 'heldConverged',
  damped: 'dampedConverged',
};

/**
 * `range`: the largest state while sequences are read one by one, as in training. By length L: `inside.L` and `bounded.L`, the
 * share of streams that have not left twice and a thousand times that range; `reading.L`, the accuracy of what is read at the ends
 * of the sequences of the last nine tenths of L; `growth.L`, the decimal logarithm of the largest state of all streams over the range.
 * Beforehand: `exponent`, the largest per step along the first thousand steps, and `bound`, the least certified one.
 */
export async function streamMeasures(scored: Scored, { lengths, streams }: StreamsPlan): Promise<Measures> {
  const { model, engine, parameters, test } = scored;
  const { steps } = test;
  const whole = (length: number) => Math.max(1, Math.floor(length / steps));
  const alone = await followStreams(model, engine, parameters, test, {
    sequences: 1,
    streams: Math.min(test.rows, 500),
  });
  const range = Math.max(...alone.largest.flat());
  const sequences = whole(Math.max(...lengths));
  const { largest, correct } = await followStreams(model, engine, parameters, test, { sequences, streams });
  const first = joined(test, EXPONENT_STEPS, streams);
  const { perStep } = await lyapunovExponents(model, engine, parameters, first, { exponents: 1 });
  const measures: Measures = { range: rounded(range), exponent: numberOf(perStep[0]), bound: await boundOf(scored) };
  for (const length of lengths) {
    const count = whole(length);
    const below = (times: number) =>
      average(
        largest.map((own) =>
          own.length >= count && own.slice(0, count).every((size) => size <= times * range) ? 1 : 0,
        ),
      );
    const read = correct.flatMap((own) =>
      Array.from({ length: count - Math.floor(count / 10) }, (_, at) => own[Math.floor(count / 10) + at] ?? false),
    );
    measures[`inside.${length}`] = rounded(below(LEFT));
    measures[`bounded.${length}`] = rounded(below(BLOWN_UP));
    measures[`reading.${length}`] = rounded(average(read.map((right) => (right ? 1 : 0))));
    const most = Math.max(...largest.flatMap((own) => own.slice(0, count)));
    measures[`growth.${length}`] = rounded(Math.log10(most / range));
  }
  measures.alone = rounded(average(alone.correct.flat().map((right) => (right ? 1 : 0))));
  return measures;
}

const EXPONENT_STEPS = 1000;

/** The least bound of the noise-free step; null where the cell has none. */
async function boundOf({ model, parameters }: Scored): Promise<number | null> {
  const { bounds, stepBoundsPer } = await analyzeStability(model, parameters);
  const own = Object.entries(bounds).flatMap(([name, value]) =>
    name.startsWith('step') && value !== null ? [value] : [],
  );
  if (own.length === 0) return null;
  const { step } = model.spec.layers[0]!;
  return rounded(Math.min(...own) * (stepBoundsPer === 'unit time' ? step.delta : 1));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function numberOf(figure: Figure | undefined): number | null {
  return rounded(figure?.value ?? null);
}

function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(DIGITS));
}
