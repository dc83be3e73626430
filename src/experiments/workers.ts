/** Who computes the parts of a study: this thread, or several workers at once. Results do not depend on which. */

import { interruptible } from '../engine/interruptible.js';
import type { EngineChoice } from '../engine/open-engine.js';
import { openEngine } from '../engine/open-engine.js';
import type { Files } from '../platform/files.js';
import type { Part, Trial } from './part.js';
import { type PartTask, runPart } from './run-part.js';
import { runTrial, type TrialTask } from './run-trial.js';

export type Task =
  | { readonly kind: 'part'; readonly task: PartTask }
  | { readonly kind: 'trial'; readonly task: TrialTask };

export interface StudyWorker {
  /** One task at a time. @param onProgress told the fraction of the task. */
  run(task: Task, onProgress: (fraction: number, label: string) => void): Promise<Part | Trial>;
  close(): Promise<void>;
}

export interface WorkerRequest {
  readonly choice: EngineChoice;
  /** Of the engine of each worker. */
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
}

/** Starts one worker; called once for each. */
export type StartWorker = (request: WorkerRequest) => Promise<StudyWorker>;

/** A worker on this thread. */
export function localWorker(files: Files): StartWorker {
  return async ({ choice, threads, signal }) => {
    const engine = interruptible(await openEngine(choice, threads), signal);
    return {
      async run({ kind, task }, onProgress) {
        const context = { engine, choice, files, onProgress, signal };
        return kind === 'part' ? runPart(task, context) : runTrial(task, context);
      },
      close: () => engine.close(),
    };
  };
}

/**
 * Runs tasks on all workers, in order of the list, each taken by the first that is free.
 * @param onDone called as each finishes, before its worker goes on. @throws the first error, once all have stopped.
 */
export async function runTasks<T extends Task>(
  tasks: readonly T[],
  workers: readonly StudyWorker[],
  onProgress: (task: T, fraction: number, label: string) => void,
  onDone: (task: T, result: Part | Trial) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const work = async (worker: StudyWorker) => {
    while (failure === undefined && next < tasks.length) {
      const task = tasks[next++]!;
      try {
        await onDone(task, await worker.run(task, (fraction, label) => onProgress(task, fraction, label)));
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(workers.map(work));
  if (failure !== undefined) throw failure.error;
}
