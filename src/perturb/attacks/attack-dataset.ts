import { batchOf, type Dataset, range } from '../../data/index.js';
import { InputError } from '../../errors.js';
import type { AttackResult, AttackSettings, AttackTarget, LabelledBatch } from './attack.js';

export interface AttackDatasetOptions extends Pick<AttackSettings, 'seed'> {
  /** 128 unless given; results do not depend on it but for the engine's rounding. */
  readonly rowsAtOnce?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the part done, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

export interface DatasetAttack {
  /** Share of rows still answered rightly. */
  readonly accuracy: number;
  /** [rows], 1 where the attack did not succeed. */
  readonly correct: Uint8Array;
  /** [rows], size of the change in the attack's norm, raw units. */
  readonly norms: Float64Array;
  /** The data as the attack left them, normalised. */
  readonly perturbed: Dataset;
}

/**
 * Runs an attack on every row of a data set: `attackDataset(target, data, minimalNorm)`, or with one of the table,
 * `attackDataset(target, data, (of, batch, settings) => findAttack('pgd').run(of, batch, 0.1, settings))`.
 * @throws InputError if the data have no labels, and whatever the attack throws.
 */
export async function attackDataset(
  target: AttackTarget,
  data: Dataset,
  attack: (target: AttackTarget, batch: LabelledBatch, settings: AttackSettings) => Promise<AttackResult>,
  options: AttackDatasetOptions = {},
): Promise<DatasetAttack> {
  const { labels, rows, steps, channels } = data;
  const { rowsAtOnce = 128, seed, signal, onProgress } = options;
  if (labels === null) throw new InputError(`${data.name}: has no labels, and an attack needs to know what is right`);
  const width = steps * channels;
  const correct = new Uint8Array(rows);
  const norms = new Float64Array(rows);
  const inputs = new Float32Array(rows * width);
  for (let start = 0; start < rows; start += rowsAtOnce) {
    signal?.throwIfAborted();
    const end = Math.min(rows, start + rowsAtOnce);
    const chosen = range(start, end);
    const batch = batchOf(data, chosen);
    const result = await attack(target, { ...batch, labels: labels.subarray(start, end) }, { seed, samples: chosen });
    correct.set(
      result.success.map((success) => 1 - success),
      start,
    );
    norms.set(result.norms, start);
    // The batch is as long as its longest row.
    const own = batch.steps * channels;
    for (let row = 0; row < batch.rows; row++)
      inputs.set(result.inputs.subarray(row * own, (row + 1) * own), (start + row) * width);
    onProgress?.(end / rows);
  }
  const accuracy = correct.reduce((sum, one) => sum + one, 0) / rows;
  return { accuracy, correct, norms, perturbed: { ...data, inputs } };
}
