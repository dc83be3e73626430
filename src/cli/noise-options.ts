/** Noise at inference: `--noise sampled --draws R --noise-seed S`. */
import type { Command } from 'commander';
import { InputError } from '../errors.js';
import { wholeNumber } from './whole-number.js';

export interface NoiseOptions {
  readonly noise?: string | undefined;
  readonly draws?: string | undefined;
  readonly noiseSeed?: string | undefined;
}

export function addNoise(command: Command): Command {
  return command
    .option('--noise <off|sampled>', "off unless given; sampled: the run's own noise, averaged over draws")
    .option('--draws <count>', 'draws of the noise; 32 unless given')
    .option('--noise-seed <seed>', 'seed of the draws; 1 unless given');
}

/** @throws InputError for an unusable value, or draws without noise. */
export function readNoise({ noise = 'off', draws, noiseSeed }: NoiseOptions) {
  if (noise !== 'off' && noise !== 'sampled') throw new InputError(`--noise: got "${noise}", expected off or sampled`);
  if (noise === 'off') {
    const surplus = draws === undefined ? (noiseSeed === undefined ? undefined : '--noise-seed') : '--draws';
    if (surplus !== undefined) throw new InputError(`${surplus} is for noise that is on: give --noise sampled too`);
    return null;
  }
  return { draws: wholeNumber('draws', draws ?? '32', 2), seed: wholeNumber('noise-seed', noiseSeed ?? '1', 0) };
}
