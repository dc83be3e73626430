/**
 * The settings of one layer, and stacks of layers that differ. A layer is written on one line,
 *
 *     gru units=32 noise=dropout:rate=0.1 bidirectional
 *
 * that is the model first, then `key=value` words (a key that is true or false may stand alone), layers being separated by
 * `;`. In a file a stack may also be a list, of such lines or of the same settings as a mapping. What a layer does not say
 * is as the run's settings of the same names say.
 */
import { z } from 'zod';
import { count, listOf, onOff, positive, text } from './setting-types.js';

export const layerSettings = {
  model: text.describe('cell, as name:key=value,…, or the path of a module whose default export is a cell'),
  units: count.describe('hidden units'),
  bidirectional: onOff.describe('run every layer both ways, the outputs concatenated'),
  initialState: text.describe('hidden state before the first step: zero, or learned:scale=…'),
  noise: text.describe('noise scheme while training, as name:key=value,…'),
  step: z.enum(['fixed', 'learned']).describe('step size: fixed, or learned for each unit'),
  delta: positive.describe('step size, or where a learned one starts'),
  solver: text.describe('solver: euler, milstein, heun or rk4'),
} as const;

export type LayerSettingName = keyof typeof layerSettings;
export const layerSettingNames = Object.keys(layerSettings) as LayerSettingName[];

/** Settings of a layer as a user gave them. */
export type GivenLayer = { [Name in LayerSettingName]?: z.output<(typeof layerSettings)[Name]> | undefined };
export type LayerSettings = { [Name in LayerSettingName]: z.output<(typeof layerSettings)[Name]> };

/** A word `key=value`, as opposed to a model: `noisy:beta=0.8`, or the path of a module. */
const pair = /^([A-Za-z]\w*)=(.*)$/s;

/** The mapping that a line stands for. */
function readLine(line: string): Record<string, unknown> | string {
  const found: Record<string, unknown> = {};
  for (const [index, word] of line.trim().split(/\s+/).entries()) {
    const [, key, value] = pair.exec(word) ?? [];
    const name = key ?? (word === 'bidirectional' ? word : 'model');
    if (name === 'model' && key === undefined && index > 0)
      return `"${word}" in layer "${line.trim()}": expected key=value after the model`;
    if (found[name] !== undefined) return `layer "${line.trim()}" gives ${name} twice; give it once`;
    found[name] = key === undefined ? (name === 'model' ? word : true) : value;
  }
  return found;
}

const layer = z.preprocess((value, context) => {
  if (typeof value !== 'string') return value;
  const found = readLine(value);
  if (typeof found !== 'string') return found;
  context.addIssue({ code: 'custom', message: found });
  return z.NEVER;
}, z.strictObject(layerSettings).partial());

export const stack = listOf(layer).refine((layers) => layers.length > 0, {
  message: 'expected one layer at least, such as "noisy units=64; gru units=32"',
});
