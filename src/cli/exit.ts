import { InputError } from '../errors.js';
import { InterruptedError, TrainingError } from '../train/training-error.js';

export function exitCodeOf(error: unknown, signal: AbortSignal): number {
  if (error instanceof InterruptedError || (signal.aborted && !(error instanceof InputError))) return 130;
  return error instanceof InputError ? 2 : 1;
}

/** What a user is told: a message for what was foreseen, a stack trace for what was not. */
export function messageOf(error: unknown, code: number, signal?: AbortSignal): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  const why = signal?.reason instanceof Error ? ` (${signal.reason.message})` : '';
  if (error instanceof InterruptedError) return `${error.message}${why}`;
  if (code === 130) return `stopped${why}`;
  if (code === 2 || error instanceof TrainingError) return `error: ${error.message}`;
  return `unexpected error: ${error.stack ?? error.message}`;
}
