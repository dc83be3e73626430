/** Sequences one after the other: streams longer than any that the data hold. */
import { InputError } from '../errors.js';
import type { Batch } from '../model/index.js';

/**
 * Streams of `steps` steps: the first is the rows from the first on, one after the other, the second those from the second on,
 * and so on around; the last is cut. Answers are left out.
 * @throws InputError for rows of several lengths, a state of their own, or steps of several sizes.
 */
export function joined(batch: Batch, steps: number, streams: number): Batch {
  const { rows, inputs } = batch;
  const own = batch.steps;
  if (batch.lengths?.length || batch.state !== undefined || batch.stepSizes !== undefined)
    throw new InputError(
      'sequences are joined end to end where all are equally long and evenly stepped; these are not',
    );
  if (!Number.isInteger(steps) || steps < 1) throw new InputError(`streams of ${steps} steps; expected 1 or more`);
  const width = inputs.length / (rows * own);
  const values = new Float32Array(streams * steps * width);
  for (let stream = 0; stream < streams; stream++)
    for (let step = 0, row = stream; step < steps; step += own, row++) {
      const from = (row % rows) * own * width;
      const count = Math.min(own, steps - step) * width;
      values.set(inputs.subarray(from, from + count), (stream * steps + step) * width);
    }
  return { rows: streams, steps, inputs: values };
}
