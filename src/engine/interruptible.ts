import { createBreather } from './breathe.js';
import type { Engine } from './engine.js';

/**
 * The engine, but so that whatever computes with it lets signals and timers have their turn every few hundredths of a
 * second, and stops once the signal is aborted: attacks, analyses and scoring need not know of signals themselves.
 * A kernel's run throws the signal's reason.
 */
export function interruptible(engine: Engine, signal: AbortSignal | undefined): Engine {
  if (signal === undefined) return engine;
  const breathe = createBreather();
  return {
    ...engine,
    compile(program, requests) {
      const kernel = engine.compile(program, requests);
      return {
        ...kernel,
        async run(inputs) {
          await breathe();
          signal.throwIfAborted();
          return kernel.run(inputs);
        },
      };
    },
  };
}
