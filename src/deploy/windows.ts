/** Streams without end: the state starts anew at the end of every window of steps. */
import { InputError } from '../errors.js';
import type { Predictions } from '../train/predict.js';
import type { StepOptions, Stream, StreamState } from './stream.js';

export interface WindowOptions {
  /** Steps after which the state starts anew; as many as a series of training has, or so, is what the model knows. */
  readonly window: number;
  /**
   * The last so many steps of a window are read by the next state too, so that the answers after the change have seen as
   * many; at most half the window. 0 unless given. Costs a second step for each of them.
   */
  readonly overlap?: number | undefined;
  /** Streams side by side; 1 unless given. */
  readonly rows?: number | undefined;
}

export interface WindowedStream {
  /** One time step, as `model.step` takes it; what the stream is so far within its window. */
  step(x: Parameters<Stream['step']>[1], options?: StepOptions): Predictions;
  /** Steps that the present state has read. */
  readonly age: number;
}

/** @throws InputError for a window that is no whole number, or an overlap of more than half of it. */
export function windowed(stream: Stream, { window, overlap = 0, rows = 1 }: WindowOptions): WindowedStream {
  if (!Number.isInteger(window) || window < 1)
    throw new InputError(`stream: got window ${window}, expected a whole number of steps, 1 or more`);
  if (!Number.isInteger(overlap) || overlap < 0 || 2 * overlap > window)
    throw new InputError(
      `stream: got overlap ${overlap}, expected a whole number from 0 to ${Math.floor(window / 2)}, half the window`,
    );
  let now: StreamState = stream.initialState(rows);
  let next = now;
  let age = 0;
  return {
    get age() {
      return age;
    },
    step(x, options) {
      if (age === window) {
        now = next;
        next = stream.initialState(rows);
        age = overlap;
      }
      const made = stream.step(now, x, options);
      now = made.state;
      if (age >= window - overlap) next = stream.step(next, x, options).state;
      age += 1;
      return made.output;
    },
  };
}
