import { InputError } from '../errors.js';
import { InterruptedError, TrainingError } from '../train/training-error.js';

export function exitCodeOf(error: unknown, signal: AbortSignal): number {
  if (error instanceof InputError) return 2;
  if (error instanceof InterruptedError || signal.aborted) return 130;
  return 1;
}

/** What a user is told: a message for what was foreseen, a stack trace for what was not. */
export function messageOf(error: unknown, code: number): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  if (error instanceof InterruptedError) return error.message;
  if (code === 130) return 'stopped';
  if (code === 2 || error instanceof TrainingError) return `error: ${error.message}`;
  return `unexpected error: ${error.stack ?? error.message}`;
}
