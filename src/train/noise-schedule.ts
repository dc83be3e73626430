/**
 * Schedules of the noise: what the ε of every layer's scheme is multiplied by, a pure function of where training is. With
 * `epochs` it changes between epochs, with `updates` at every update; without either it takes the whole run, so that the
 * last epoch has the final value.
 */
import { InputError } from '../errors.js';
import { nonNegative, numberAt, parseSpec, positive, positiveInteger, type SpecKeys, type SpecTable } from '../spec.js';

export interface NoiseProgress {
  /** Epochs completed: 0 throughout the first. */
  readonly epoch: number;
  /** Epochs of the whole run. */
  readonly epochs: number;
  /** Updates done: 0 at the first. */
  readonly updates: number;
}

/** The factor; undefined is no schedule: the scheme as it is. */
export type NoiseSchedule = (progress: NoiseProgress) => number | undefined;

/** Between the ends, at t in [0, 1]. */
type Shape = (from: number, to: number, t: number) => number;

const linear: Shape = (from, to, t) => from + (to - from) * t;
const shapes: Readonly<Record<string, Shape>> = {
  linear,
  cosine: (from, to, t) => linear(to, from, (1 + Math.cos(Math.PI * t)) / 2),
  exponential: (from, to, t) => from * (to / from) ** t,
  warmup: linear,
};

const duration: SpecKeys = {
  epochs: { kind: 'number', limit: positiveInteger },
  updates: { kind: 'number', limit: positiveInteger },
};
const ends = (from: number, to: number): SpecKeys => ({
  from: { kind: 'number', default: from, limit: nonNegative },
  to: { kind: 'number', default: to, limit: nonNegative },
});

/** Every schedule by name: a fall from 1 to 0 unless said otherwise; `warmup` a rise from 0 to 1. */
export const noiseSchedules: SpecTable = {
  constant: { keys: {} },
  linear: { keys: { ...ends(1, 0), ...duration } },
  cosine: { keys: { ...ends(1, 0), ...duration } },
  exponential: {
    keys: {
      from: { kind: 'number', default: 1, limit: positive },
      to: { kind: 'number', required: true, limit: positive },
      ...duration,
    },
  },
  warmup: { keys: duration },
};

/** Reads such as `linear:from=0,to=1,epochs=10`. @throws InputError for an unknown name or key or a bad value. */
export function parseNoiseSchedule(text: string): NoiseSchedule {
  const { name, values } = parseSpec(text, noiseSchedules, 'noise schedule');
  if (name === 'constant') return () => undefined;
  const { epochs, updates } = values;
  if (epochs !== undefined && updates !== undefined)
    throw new InputError(`noise schedule "${text}": got both epochs and updates, expected one of them`);
  const [from, to] = name === 'warmup' ? [0, 1] : [numberAt(values, 'from'), numberAt(values, 'to')];
  const shape = shapes[name]!;
  return (progress) => {
    const done = updates === undefined ? progress.epoch : progress.updates;
    const t = Math.min(1, done / Number(updates ?? epochs ?? Math.max(1, progress.epochs - 1)));
    // The end itself, without the rounding of the shape.
    return t === 1 ? to : shape(from, to, t);
  };
}
