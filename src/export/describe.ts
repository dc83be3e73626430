/** What a network is, in words and settings that can leave this machine: no path but its last part. */
import { portable } from '../train/portable-settings.js';
import type { ExportableRun } from './run.js';

/** One sentence: cells, units, what comes in and what goes out. */
export function describeNetwork({ settings, preprocessing, model }: ExportableRun): string {
  const layers = model.spec.layers.map(({ cell, units, bidirectional }) =>
    [cell.name, `of ${units} units`, ...(bidirectional ? ['both ways'] : [])].join(' '),
  );
  const { channels, classes, targets } = preprocessing;
  const answers = targets ? `${targets.width} value${targets.width === 1 ? '' : 's'}` : `${classes.length} classes`;
  return (
    `A recurrent network, ${layers.join(', then ')}, from ${channels} channel${channels === 1 ? '' : 's'} to ${answers} ` +
    `(task ${settings.task}, trained on ${portable(settings.data)}).`
  );
}
