/**
 * A generator on a live stream: one observation in, state, interval, surprise and class posterior out. A surprise that is
 * large for long is an anomaly; a channel that drops out is NaN, and the others go on (sensor fusion).
 */
import { InputError } from '../errors.js';
import { generatorProblem, type Method, methods } from '../filter/index.js';
import { densityOfRaw, type GeneratorRun } from './generator-run.js';
import type { NumberList } from './series.js';

export interface FilterUpdate {
  /** [N], the hidden state given what was observed so far, and its standard deviations; of the likeliest class. */
  readonly mean: number[];
  readonly deviation: number[];
  /** [channels], raw units: what was expected of this observation before it came, and the 95 % interval of it. */
  readonly predicted: number[];
  readonly low: number[];
  readonly high: number[];
  /** −log p of this observation given those before it, raw units, over all classes; 0 where all of it is missing. */
  readonly surprise: number;
  /** Normalised innovation squared of the likeliest class for each value that was there: 1 on average if it fits. */
  readonly nis: number;
  /** By class; null for one generator without classes. */
  readonly posterior: number[] | null;
  readonly label: string | null;
}

export interface FilterStream {
  /**
   * @param y [channels] in raw units, a number for one channel; NaN is missing.
   * @param options `dt`: time since the last observation, in steps of the training data; 1 unless given.
   * @throws InputError for another number of channels, a value that is infinite, or a time that is not above 0.
   */
  update(y: number | NumberList, options?: { readonly dt?: number | undefined }): FilterUpdate;
  /** Forgets the stream. */
  reset(): void;
}

/** 97.5 % of a normal distribution. */
const reach = 1.959963984540054;

interface Follower {
  readonly plain: Method;
  timed: Method | undefined;
  current: Method;
}

export function createFilterStream(run: GeneratorRun): FilterStream {
  const { model, parameters, channels, mean: offset, scale, classes } = run;
  const count = model.generator.classes ?? 1;
  const build = (k: number, timed: boolean) => methods.extended(generatorProblem(model, parameters, k, timed));
  const followers: Follower[] = Array.from({ length: count }, (_, k) => {
    const plain = build(k, false);
    plain.start();
    return { plain, timed: undefined, current: plain };
  });
  const logs = new Float64Array(count);
  const values = new Float64Array(channels);
  const size = followers[0]!.plain.mean.length;
  const place = (y: number | NumberList) => {
    const given = typeof y === 'number' ? [y] : y;
    if (given.length !== channels)
      throw new InputError(
        `update: got ${given.length} values, expected ${channels}, one a channel (NaN where it is missing)`,
      );
    for (let k = 0; k < channels; k++) {
      const value = given[k]!;
      if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
        throw new InputError(
          `update: channel ${k + 1} is ${value}; expected a finite number, or NaN where it is missing`,
        );
      values[k] = (value - offset[k]!) / scale[k]!;
    }
  };
  /** The method that the step needs, with the belief of the one before it. */
  const follow = (follower: Follower, k: number, timed: boolean): Method => {
    if (timed) follower.timed ??= build(k, true);
    const wanted = timed ? follower.timed! : follower.plain;
    if (wanted !== follower.current) {
      wanted.mean.set(follower.current.mean);
      wanted.covariance.set(follower.current.covariance);
      follower.current = wanted;
    }
    return wanted;
  };
  return {
    reset() {
      logs.fill(0);
      for (const follower of followers) {
        follower.current = follower.plain;
        follower.plain.start();
      }
    },
    update(y, { dt = 1 } = {}) {
      if (!(dt > 0) || !Number.isFinite(dt))
        throw new InputError(`update: dt is ${dt}; time passes between observations, give a finite number above 0`);
      place(y);
      const before = logSumExp(logs);
      let best = 0;
      for (let k = 0; k < count; k++) {
        const method = follow(followers[k]!, k, dt !== 1);
        void method.step(values, null, dt);
        logs[k]! += method.correction.logLikelihood;
        if (logs[k]! > logs[best]!) best = k;
      }
      const after = logSumExp(logs);
      const posterior = classes.length === 0 ? null : Array.from(logs, (log) => Math.exp(log - after));
      // Differences of the logarithms are all that matters; they would grow without bound.
      const largest = logs[best]!;
      for (let k = 0; k < count; k++) logs[k]! -= largest;
      return describe(followers[best]!.current, before - after, posterior, best);
    },
  };

  function describe(method: Method, surprise: number, posterior: number[] | null, best: number): FilterUpdate {
    const { correction, mean, covariance } = method;
    const { observed, nis, output, outputVariance } = correction;
    const predicted = new Array<number>(channels);
    const low = new Array<number>(channels);
    const high = new Array<number>(channels);
    const deviation = new Array<number>(size);
    for (let k = 0; k < channels; k++) {
      const spread = reach * Math.sqrt(outputVariance[k]!) * scale[k]!;
      predicted[k] = output[k]! * scale[k]! + offset[k]!;
      low[k] = predicted[k]! - spread;
      high[k] = predicted[k]! + spread;
    }
    for (let i = 0; i < size; i++) deviation[i] = Math.sqrt(covariance[i * size + i]!);
    return {
      mean: Array.from(mean),
      deviation,
      ...{ predicted, low, high },
      surprise: surprise - densityOfRaw(run, values),
      nis: observed === 0 ? Number.NaN : nis / observed,
      posterior,
      label: posterior === null ? null : classes[best]!,
    };
  }
}

function logSumExp(values: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i]! > largest) largest = values[i]!;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - largest);
  return largest + Math.log(sum);
}
