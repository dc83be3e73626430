/** Loss and gradient of the rows of one update, made a batch at a time (gradient accumulation). */
import { batchOf, type Dataset, range } from '../data/index.js';
import { type Tensor, type Tensors, zeros } from '../graph/index.js';
import type { Noise } from '../model/index.js';
import type { BatchGradient } from './batch-gradient.js';

/**
 * Noise is a function of update and sample, so that the result is that of all rows at once, but for rounding.
 * @param data the rows of the update; @param noise with a sample for each.
 */
export async function updateGradient(
  gradientOf: BatchGradient,
  parameters: Tensors,
  data: Dataset,
  batchSize: number,
  noise: Noise,
): ReturnType<BatchGradient> {
  const total: Total = { loss: 0, gradient: {} };
  for (let start = 0; start < data.rows; start += batchSize) {
    const size = Math.min(batchSize, data.rows - start);
    const batch = batchOf(data, range(start, start + size));
    const samples = noise?.samples.subarray(start, start + size);
    const found = await gradientOf(parameters, batch, samples && { ...noise!, samples });
    if (size === data.rows) return found;
    addShare(total, found, size / data.rows);
  }
  return total;
}

interface Total {
  loss: number;
  readonly gradient: Record<string, Tensor>;
}

function addShare(total: Total, { loss, gradient }: Awaited<ReturnType<BatchGradient>>, share: number): void {
  total.loss += share * loss;
  for (const [name, { shape, data }] of Object.entries(gradient)) {
    total.gradient[name] ??= zeros(shape);
    const sum = total.gradient[name].data;
    for (let i = 0; i < sum.length; i++) sum[i]! += share * data[i]!;
  }
}
