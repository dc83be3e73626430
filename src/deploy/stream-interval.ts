/** The time that one step of live streams covers, in steps of the training data, and the parts it is taken in. */
import { needsTimes, type TimeScale } from '../data/index.js';
import { InputError } from '../errors.js';
import { partsOf } from '../model/index.js';
import type { NumberList } from './series.js';

export interface StreamInterval {
  /** [rows], in the unit of the training data. */
  readonly since: readonly number[];
  /** [rows], in its steps. */
  readonly ratios: readonly number[];
  /** [rows], in how many parts; 0: a gap, with which a new series begins. */
  readonly parts: readonly number[];
  /** Whether every row takes one step of the training data. */
  readonly plain: boolean;
}

/** Rounding of a step of even data is no other step. */
const tolerance = 1e-6;

/** @throws InputError without `dt` where the run needs it, with one where the run has no use for it, or for a bad one. */
export function streamInterval(
  time: TimeScale | null | undefined,
  rows: number,
  dt: number | NumberList | undefined,
): StreamInterval | null {
  if (dt === undefined) {
    if (!needsTimes(time)) return null;
    const unit = time!.unit === null ? "the training data's unit" : time!.unit;
    throw new InputError(
      `step: the run was trained on times, and a step needs the time since the one before: step(state, x, { dt }), in ${unit}; ` +
        `for the first step the median, ${time!.median}`,
    );
  }
  if (time == null || !(time.follows || time.channel))
    throw new InputError('step: the run does not follow times (its data had none, or none that it uses); leave out dt');
  const since = typeof dt === 'number' ? Array<number>(rows).fill(dt) : Array.from(dt);
  if (since.length !== rows) throw new InputError(`step: got ${since.length} dt, expected one, or ${rows}, one a row`);
  const bad = since.find((own) => !(own > 0 && own < Number.POSITIVE_INFINITY));
  if (bad !== undefined) throw new InputError(`step: got dt ${bad}; expected a number above 0`);
  if (!time.follows) return { since, ratios: [], parts: [], plain: true };
  const parts = since.map((own) => partsOf(own / time.median, time.maxStep));
  const split = time.onGap === 'split';
  const ratios = since.map((own, row) => (split && parts[row]! > 1 ? 1 : own / time.median));
  return {
    ...{ since, ratios },
    parts: split ? parts.map((own) => (own > 1 ? 0 : 1)) : parts,
    plain: parts.every((own) => own === 1) && ratios.every((own) => Math.abs(own - 1) <= tolerance),
  };
}
