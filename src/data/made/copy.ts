import { createGenerator } from '../../random/index.js';
import type { SequenceTable } from '../dataset.js';

const SYMBOLS = 8;
const REMEMBERED = 10;
const CHANNELS = SYMBOLS + 2;
const BLANK = SYMBOLS;
const DELIMITER = SYMBOLS + 1;

/**
 * The copy task (Hochreiter & Schmidhuber 1997, as in Arjovsky, Shah & Bengio, ICML 2016): ten symbols out of eight, then
 * `delay` − 1 blanks, a delimiter and ten blanks, all one-hot; the answer is a blank at every step but the last ten, which
 * repeat the ten symbols. A row depends on the name, the seed and its own number only.
 * @returns [rows, delay + 20, 10] and a class a step.
 */
export function copyTask(name: string, rows: number, delay: number, seed: number): SequenceTable {
  const steps = delay + 2 * REMEMBERED;
  const values = new Float32Array(rows * steps * CHANNELS);
  const stepLabels: string[] = [];
  for (let row = 0; row < rows; row++) {
    const { integer } = createGenerator(seed, 'copy', name, row);
    const symbols = Array.from({ length: REMEMBERED }, () => integer(SYMBOLS));
    for (let step = 0; step < steps; step++) {
      const shown = symbols[step] ?? (step === steps - REMEMBERED - 1 ? DELIMITER : BLANK);
      values[(row * steps + step) * CHANNELS + shown] = 1;
      const asked = symbols[step - (steps - REMEMBERED)];
      stepLabels.push(asked === undefined ? 'blank' : String(asked));
    }
  }
  return { name: `copy (${name})`, rows, steps, channels: CHANNELS, values, labels: null, stepLabels };
}

/** Mean cross-entropy a step of who forgets everything but the delimiter: 10 ln 8 / (delay + 20). */
export function copyBaseline(delay: number): number {
  return (REMEMBERED * Math.log(SYMBOLS)) / (delay + 2 * REMEMBERED);
}
