/** What a model answered and what was asked, gathered from batches for the metrics. */
import { type Dataset, lengthOf, type TargetScaling } from '../data/index.js';
import {
  type ClassPredictions,
  classMetrics,
  columnsOf,
  type MetricFigure,
  type ValuePredictions,
  valueMetrics,
} from '../metrics/index.js';
import type { Batch, Model } from '../model/index.js';

export type Answers =
  | { readonly kind: 'classes'; readonly of: ClassPredictions }
  | { readonly kind: 'values'; readonly of: ValuePredictions };

/** The place of the output after a row's own last step, in outputs [readouts, width]. */
export function lastReadout(
  { spec }: Model,
  { steps, lengths }: Pick<Batch, 'steps' | 'lengths'>,
  row: number,
): number {
  return spec.readout === 'last' ? row : row * steps + (lengths?.[row] ?? steps) - 1;
}

/** Whether each step is asked for something of its own. */
export function asksEveryStep({ spec }: Model, { stepLabels, targets }: Dataset): boolean {
  if (spec.readout !== 'every') return false;
  return spec.loss?.target === 'values' ? targets?.per === 'step' : stepLabels !== null;
}

export interface Gathering {
  /** The outputs of the batch that begins with row `start` of the data. */
  add(batch: Batch, start: number, outputs: Float64Array): void;
  done(): Answers;
}

/**
 * Every step that is asked for something; of a row that is asked once, the output after its own last step.
 * @param scaling of the targets: values are gathered in raw units.
 * @param temperature what logits are divided by.
 */
export function gatherAnswers(model: Model, data: Dataset, scaling: TargetScaling | null, temperature = 1): Gathering {
  const { outputs: width } = model.spec;
  const perStep = asksEveryStep(model, data);
  const values = model.spec.loss?.target === 'values';
  const labels = perStep ? data.stepLabels : data.labels;
  const given = data.targets?.values;
  const missing = (row: number, step: number) =>
    given!.subarray((row * data.steps + step) * width, (row * data.steps + step + 1) * width).some(Number.isNaN);
  const asked = (row: number, step: number) =>
    values ? !perStep || !missing(row, step) : !perStep || labels![row * data.steps + step]! >= 0;
  const rows: number[] = [];
  const steps: number[] = [];
  for (let row = 0; row < data.rows; row++)
    for (let step = 0; step < (perStep ? lengthOf(data, row) : 1); step++)
      if (asked(row, step)) {
        rows.push(row);
        steps.push(step);
      }
  const found = new Float64Array(rows.length * width);
  let next = 0;
  const common = { rows: Uint32Array.from(rows) };
  const raw = (value: number, entry: number) => value * (scaling?.scale[entry] ?? 1) + (scaling?.mean[entry] ?? 0);
  return {
    add(batch, start, outputs) {
      for (; next < rows.length && rows[next]! < start + batch.rows; next++) {
        const row = rows[next]! - start;
        const at = perStep ? row * batch.steps + steps[next]! : lastReadout(model, batch, row);
        found.set(outputs.subarray(at * width, (at + 1) * width), next * width);
      }
    },
    done() {
      const places = rows.map((row, at) => (perStep ? row * data.steps + steps[at]! : row));
      if (!values) {
        const logits = temperature === 1 ? found : found.map((logit) => logit / temperature);
        return {
          kind: 'classes',
          of: { ...common, classes: width, logits, labels: Int32Array.from(places, (at) => labels![at]!) },
        };
      }
      const targets = new Float64Array(found.length);
      for (const [at, place] of places.entries())
        for (let j = 0; j < width; j++) targets[at * width + j] = raw(data.targets!.values[place * width + j]!, j);
      return {
        kind: 'values',
        of: { ...common, width, predicted: found.map((value, i) => raw(value, i % width)), targets },
      };
    },
  };
}

/** What is known of one of the numbers predicted. */
export interface TargetFigures {
  readonly name: string;
  readonly metrics: Readonly<Record<string, MetricFigure>>;
}

/**
 * The metrics of each number predicted alone: a mean over several hides one that was not learned.
 * @param names of the numbers; `target 1`, … where there are not as many.
 */
export function targetFigures(of: ValuePredictions, names: readonly string[] = []): TargetFigures[] {
  return Array.from({ length: of.width }, (_, index) => ({
    name: (names.length === of.width ? names[index] : undefined) ?? `target ${index + 1}`,
    metrics: estimatesOf({ kind: 'values', of: columnsOf(of, index, index + 1) }),
  }));
}

/** Every metric of the answers, by name; NaN where these data do not have it. */
export function metricsOf(answers: Answers): Record<string, number> {
  const found =
    answers.kind === 'classes'
      ? classMetrics.map(({ name, value }) => [name, value(answers.of)] as const)
      : valueMetrics.map(({ name, value }) => [name, value(answers.of)] as const);
  return Object.fromEntries(found);
}

/** As `metricsOf`, with intervals. */
export function estimatesOf(answers: Answers): Record<string, MetricFigure> {
  const found =
    answers.kind === 'classes'
      ? classMetrics.map(({ name, estimate }) => [name, estimate(answers.of)] as const)
      : valueMetrics.map(({ name, estimate }) => [name, estimate(answers.of)] as const);
  return Object.fromEntries(found);
}
