/** Who computes the parts of a study: this thread, or several workers at once. Results do not depend on which. */

import { interruptible } from '../engine/interruptible.js';
import type { EngineChoice } from '../engine/open-engine.js';
import { openEngine } from '../engine/open-engine.js';
import type { Files } from '../platform/files.js';
import { runPart } from './run-part.js';
import { runTrial } from './run-trial.js';
import { runRung } from './sweep/run-rung.js';
import type { Outcome, Task } from './work/piece.js';

export interface StudyWorker {
  /** One task at a time. @param onProgress told the fraction of the task. */
  run(task: Task, onProgress: (fraction: number, label: string) => void): Promise<Outcome>;
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
        if (kind === 'part') return runPart(task, context);
        return kind === 'trial' ? runTrial(task, context) : runRung(task, context);
      },
      close: () => engine.close(),
    };
  };
}
