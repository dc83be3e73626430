import { lengthOf, type SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';
import { type Task, withoutAnswers } from './task.js';

export interface ForecastOptions {
  /** h: how many steps ahead the first predicted value lies, 1 or more. */
  readonly horizon: number;
  /** k: how many steps in a row are predicted at once. */
  readonly steps: number;
}

/**
 * The series' own future: at a step t the k values x_{t+h}, …, x_{t+h+k−1} of all channels. Read out on every step each
 * step is asked, which suits one step ahead; read out on the last, only the last whose future is known.
 */
export function forecast({ horizon, steps }: ForecastOptions): Task {
  return {
    name: `forecast:horizon=${horizon},steps=${steps}`,
    predicts: 'values',
    readouts: steps === 1 ? ['every', 'last'] : ['last', 'every'],
    losses: ['mse', 'mae', 'huber'],
    selection: 'meanSquaredError',
    horizons: Array.from({ length: steps }, (_, step) => horizon + step),
    tableOf: (table, readout) => withFuture(table, { horizon, steps }, readout === 'every' ? 'step' : 'row'),
  };
}

/** The series without its last h + k − 1 steps, and what follows each of the others as targets. */
function withFuture(table: SequenceTable, { horizon, steps: ahead }: ForecastOptions, per: 'row' | 'step') {
  const { name, rows, channels, values } = table;
  const reach = horizon + ahead - 1;
  if (values.some(Number.isNaN))
    throw new InputError(
      `${name}: has missing values, and a forecast would have to predict them; fill them from the series itself ` +
        '(--missing previous or linear)',
    );
  const lengths = Uint32Array.from({ length: rows }, (_, row) => {
    const length = lengthOf(table, row) - reach;
    if (length < 1)
      throw new InputError(
        `${name}: row ${row + 1} lasts ${lengthOf(table, row)} steps, and ${horizon === 1 ? '' : `the last of `}${ahead} ` +
          `predicted step${ahead === 1 ? '' : 's'} lies ${reach} ahead; give longer series, or predict less far`,
      );
    return length;
  });
  const steps = table.steps - reach;
  const width = ahead * channels;
  const { times } = table;
  const kept = times && new Float64Array(rows * steps);
  const inputs = new (values.constructor as Float64ArrayConstructor)(rows * steps * channels);
  const targets = new Float32Array(rows * width * (per === 'step' ? steps : 1));
  for (let row = 0; row < rows; row++) {
    const start = row * table.steps * channels;
    inputs.set(values.subarray(start, start + lengths[row]! * channels), row * steps * channels);
    kept?.set(times!.values.subarray(row * table.steps, row * table.steps + lengths[row]!), row * steps);
    for (let step = per === 'step' ? 0 : lengths[row]! - 1; step < lengths[row]!; step++) {
      const from = start + (step + horizon) * channels;
      targets.set(values.subarray(from, from + width), (per === 'step' ? row * steps + step : row) * width);
    }
  }
  return {
    ...withoutAnswers(table),
    steps,
    values: inputs,
    targets: { values: targets, width, per },
    lengths: table.lengths ? lengths : null,
    ...(kept && { times: { ...times!, values: kept } }),
  };
}
