/** Parts of studies on threads of their own: small models run better side by side than on several threads each. */
import { Worker } from 'node:worker_threads';
import { HeldError, InputError } from '../errors.js';
import type { Outcome, Task } from '../experiments/work/piece.js';
import type { StudyWorker, WorkerRequest } from '../experiments/workers.js';
import { ClaimLostError } from '../platform/claims.js';
import { InterruptedError, TrainingError } from '../train/index.js';

export type ToWorker = { readonly kind: 'run'; readonly task: Task } | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly fraction: number; readonly label: string }
  | { readonly kind: 'done'; readonly result: Outcome }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };

/** Memory that a worker may need: the engine's budget for the way back, its sequences and the data. */
const BYTES_A_WORKER = 1.5 * 2 ** 30;

/** As many as cores and memory allow. */
export function workersFor(cores: number, freeMemory: number): number {
  return Math.max(1, Math.min(cores, Math.floor(freeMemory / BYTES_A_WORKER)));
}

/** Threads of this process, so that they end with it however it ends. */
export async function startStudyWorker({ choice, threads, signal }: WorkerRequest): Promise<StudyWorker> {
  const thread = new Worker(new URL('./study-worker.js', import.meta.url), { workerData: { choice, threads } });
  const post = (message: ToWorker) => thread.postMessage(message);
  const stop = () => post({ kind: 'stop' });
  signal?.addEventListener('abort', stop);
  const next = (onProgress: (fraction: number, label: string) => void) =>
    new Promise<FromWorker>((resolve, reject) => {
      const finish = () => {
        thread.off('message', receive);
        thread.off('error', fail);
        thread.off('exit', gone);
      };
      const receive = (message: FromWorker) => {
        if (message.kind === 'progress') return onProgress(message.fraction, message.label);
        finish();
        resolve(message);
      };
      const fail = (error: unknown) => {
        finish();
        reject(error);
      };
      const gone = (code: number) => fail(new Error(`a worker of the study ended with code ${code}`));
      thread.on('message', receive);
      thread.on('error', fail);
      thread.on('exit', gone);
    });
  await next(() => {});
  return {
    async run(task, onProgress) {
      signal?.throwIfAborted();
      const answer = next(onProgress);
      // A piece is a task and more; the rest stays here.
      post({ kind: 'run', task: { kind: task.kind, task: task.task } as Task });
      const message = await answer;
      if (message.kind === 'done') return message.result;
      throw message.kind === 'failed' ? errorOf(message) : new Error('a worker of the study answered out of turn');
    },
    async close() {
      signal?.removeEventListener('abort', stop);
      await thread.terminate();
    },
  };
}

/** Errors keep their kind on the way from the thread. */
function errorOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  const kinds = [InputError, HeldError, ClaimLostError, TrainingError, InterruptedError];
  const Kind = kinds.find((kind) => new kind('').name === name);
  return Kind === undefined ? new Error(message) : new Kind(message);
}
