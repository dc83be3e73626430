import { InputError } from '../errors.js';

export interface PossibleReading {
  readonly flags: string;
  /** What comes of it. */
  readonly says: string;
}

/** A guess would be wrong as often as right: the error names both readings, each with its command. */
export function refuseBoth(name: string, why: string, readings: readonly PossibleReading[]): InputError {
  const commands = readings.map(({ flags, says }) => `\n  noisy-rnn data ${quotedPath(name)} ${flags}   # ${says}`);
  return new InputError(`${name}: ${why}; say which, here and in train:${commands.join('')}`);
}

function quotedPath(path: string): string {
  return /^[\w./:=,@%+\\-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
