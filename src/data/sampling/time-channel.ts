import { InputError } from '../../errors.js';
import type { SequenceTable } from '../dataset.js';
import { lengthOf } from '../lengths.js';
import type { TimeScale } from './scale.js';
import { inUnit, timeChannelName } from './time-scale.js';
import { stepsOf } from './time-step.js';
import { unitFactor } from './units.js';

/**
 * The table with Δt as its last channel, in the unit of the training data; the table itself where the run has none.
 * @throws InputError for a table without times.
 */
export function withTimeChannel(table: SequenceTable, scale: TimeScale | null | undefined): SequenceTable {
  if (!scale?.channel) return table;
  const { times, rows, steps, channels, values } = table;
  const factor = times ? unitFactor(times.unit, scale.unit) : null;
  if (!times || factor === null)
    throw new InputError(
      `${table.name}: ${times ? `its times are in '${times.unit}'` : 'has no times'}, and the run reads the time since the step ` +
        `before as an input (median ${inUnit(scale.median, scale.unit)}); give its column (--time-column)`,
    );
  const since = stepsOf(table, times);
  const width = channels + 1;
  const wider = new (values.constructor as typeof Float32Array)(rows * steps * width);
  for (let row = 0; row < rows; row++)
    for (let step = 0; step < lengthOf(table, row); step++) {
      const at = row * steps + step;
      wider.set(values.subarray(at * channels, (at + 1) * channels), at * width);
      wider[at * width + channels] = step === 0 ? scale.median : since[at]! * factor;
    }
  return {
    ...table,
    channels: width,
    values: wider,
    ...(table.channelNames && { channelNames: [...table.channelNames, timeChannelName] }),
    ...(table.units && { units: [...table.units, scale.unit] }),
  };
}
