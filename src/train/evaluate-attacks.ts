/** Accuracy of a trained model on inputs changed against it, by gradients or by search. */
import { applyPreprocessing } from '../data/index.js';
import { InputError } from '../errors.js';
import { type AccuracyInterval, wilsonInterval } from '../metrics/index.js';
import { attackDataset, findAttack } from '../perturb/index.js';
import type { EvaluateRequest, PerturbationRequest } from './evaluate.js';

export interface AttackRequest
  extends Pick<EvaluateRequest, 'objective' | 'parameters' | 'preprocessing' | 'table' | 'signal' | 'onProgress'> {
  /** Kinds of attack, and radii in the raw units of the scored data. */
  readonly attacks: readonly PerturbationRequest[];
  /** Of the random starts and proposals; 1 unless given. */
  readonly seed?: number | undefined;
  /** Attack, and judge by, the mean over so many frozen draws of the model's own noise; noise is off unless given. */
  readonly draws?: number | undefined;
}

export interface AttackedResult extends AccuracyInterval {
  readonly kind: string;
  readonly strength: number;
  readonly seed: number;
}

/**
 * An attack of radius r only bounds robustness from above: a stronger one may succeed where it failed.
 * @throws InputError for a table without labels or of another shape, or an unknown attack.
 */
export async function evaluateAttacks(request: AttackRequest): Promise<AttackedResult[]> {
  const { objective, parameters, preprocessing, table, seed = 1, draws } = request;
  if (request.attacks.length === 0) return [];
  if (table.labels === null) throw new InputError(`${table.name}: has no labels, which an attack needs`);
  const dataset = applyPreprocessing(table, preprocessing);
  const target = { objective, parameters, preprocessing, ...(draws === undefined ? {} : { noise: { seed, draws } }) };
  const points = request.attacks.flatMap(({ kind, strengths }) => strengths.map((strength) => ({ kind, strength })));
  const results: AttackedResult[] = [];
  for (const [done, { kind, strength }] of points.entries()) {
    const { run } = findAttack(kind);
    const { accuracy } = await attackDataset(
      target,
      dataset,
      (of, batch, settings) => run(of, batch, strength, settings),
      {
        seed,
        signal: request.signal,
        onProgress: (fraction) => request.onProgress?.((done + fraction) / points.length, `${kind} ${strength}`),
      },
    );
    results.push({ kind, strength, ...wilsonInterval(accuracy, dataset.rows), seed });
  }
  return results;
}
