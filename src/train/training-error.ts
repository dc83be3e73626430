/** Training cannot go on (it diverged): the command line prints the message alone and exits with 1. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
}

/** Training was stopped from outside, with everything so far saved: the command line exits with 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
