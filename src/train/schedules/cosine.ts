import { InputError } from '../../errors.js';
import { nonNegative, numberAt, positive, unitInterval } from '../../spec.js';
import type { ScheduleKind } from './schedule.js';

/** A warm-up starts here, not at zero, so that the first batch is not wasted. */
const warmupStart = 0.01;

/**
 * Half a cosine from 1 down to `min` (a fraction of the base rate) at `epochs` (of the whole run unless given), then
 * `min`; before it, `warmup` epochs of linear rise from a hundredth. Moves with every batch.
 * Source: Loshchilov & Hutter, ICLR 2017, equation 5, without restarts.
 */
export const cosine: ScheduleKind = {
  name: 'cosine',
  keys: {
    epochs: { kind: 'number', limit: positive },
    min: { kind: 'number', default: 0, limit: unitInterval },
    warmup: { kind: 'number', default: 0, limit: nonNegative },
  },
  create(values) {
    const min = numberAt(values, 'min');
    const warmup = numberAt(values, 'warmup');
    return {
      name: 'cosine',
      factor({ epoch, epochs, fraction }) {
        const end = typeof values.epochs === 'number' ? values.epochs : epochs;
        if (warmup >= end)
          throw new InputError(
            `schedule "cosine": a warmup of ${warmup} epochs leaves none of ${end}; give fewer warm-up epochs`,
          );
        const time = epoch + fraction;
        if (time < warmup) return warmupStart + (1 - warmupStart) * (time / warmup);
        const part = Math.min(1, (time - warmup) / (end - warmup));
        return min + (1 - min) * 0.5 * (1 + Math.cos(Math.PI * part));
      },
    };
  },
};
