/**
 * A mistake in what the user gave (a file, an option, a shape): the command line prints its message alone, without a
 * stack trace, and exits with 2. The message says what came, what was expected and what to do.
 */
export class InputError extends Error {
  override readonly name: string = 'InputError';
}

/** Another process works on it: try again later, or leave it to that one. */
export class HeldError extends InputError {
  override readonly name = 'HeldError';
}

/** What a user got wrong, with where before it; any other error as it is. */
export function located(error: unknown, where: string): unknown {
  return error instanceof InputError ? new InputError(`${where}: ${error.message}`) : error;
}
