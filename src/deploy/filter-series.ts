/** What a generator makes of whole series: the state at every step, and how likely each series is. */
import type { SequenceTable } from '../data/index.js';
import { generatorProblem, methods } from '../filter/index.js';
import { densityOfRaw, type GeneratorRun, observedSeries } from './generator-run.js';

export interface FilteredRows {
  /** [rows][steps][N], of the hidden state given what was observed so far. */
  readonly mean: number[][][];
  /** Its standard deviations, likewise. */
  readonly deviation: number[][][];
  /** [rows], log p in the raw units of the data. */
  readonly logLikelihood: number[];
  /** Rows. */
  readonly count: number;
}

/** @throws InputError for another number of channels than the run's. */
export function filterSeries(run: GeneratorRun, table: SequenceTable): FilteredRows {
  const method = methods.extended(generatorProblem(run.model, run.parameters, 0));
  const found: FilteredRows = { mean: [], deviation: [], logLikelihood: [], count: table.rows };
  const size = method.mean.length;
  for (const { steps, values } of observedSeries(run, table)) {
    method.start();
    const mean: number[][] = [];
    const deviation: number[][] = [];
    let total = densityOfRaw(run, values);
    for (let step = 0; step < steps; step++) {
      void method.step(values.subarray(step * run.channels, (step + 1) * run.channels), null, 1);
      mean.push([...method.mean]);
      deviation.push(Array.from({ length: size }, (_, i) => Math.sqrt(method.covariance[i * size + i]!)));
      total += method.correction.logLikelihood;
    }
    found.mean.push(mean);
    found.deviation.push(deviation);
    found.logLikelihood.push(total);
  }
  return found;
}
