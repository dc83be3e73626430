/**
 * Runs a job on this thread and on helpers that share its memory. Helpers sleep on a counter between jobs; which of them
 * takes which part of a job does not matter to the result.
 */
import { startThread, type Thread } from '../../platform/worker-threads.js';

/** Entries of the control block. */
const control = { generation: 0, job: 1, finished: 2, failed: 3, ready: 4 } as const;

const helperScript = `
function receive({ module, memory, control, worker }) {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  let generation = 0;
  Atomics.add(control, ${control.ready}, 1);
  Atomics.notify(control, ${control.ready});
  for (;;) {
    Atomics.wait(control, ${control.generation}, generation);
    generation = Atomics.load(control, ${control.generation});
    try {
      instance.exports.run(Atomics.load(control, ${control.job}), worker);
    } catch {
      Atomics.store(control, ${control.failed}, 1);
    }
    Atomics.add(control, ${control.finished}, 1);
    Atomics.notify(control, ${control.finished});
  }
}`;

export interface ThreadPool {
  /** Threads that run a job, this one included. */
  readonly threads: number;
  run(job: number): Promise<void>;
  close(): Promise<void>;
}

type Run = (job: number, worker: number) => void;

export async function createThreadPool(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  run: Run,
  threads: number,
): Promise<ThreadPool> {
  const helpers: Thread[] = [];
  // A page that is not cross-origin isolated cannot share memory with workers: it computes on its own thread.
  const wanted = typeof SharedArrayBuffer === 'undefined' ? 1 : threads;
  const words = wanted > 1 ? new Int32Array(new SharedArrayBuffer(32)) : new Int32Array(8);
  for (let worker = 1; worker < wanted; worker++) {
    const helper = startThread(helperScript);
    if (helper === null) break;
    helper.post({ module, memory, control: words, worker });
    helpers.push(helper);
  }
  await until(words, control.ready, helpers.length);
  return {
    threads: helpers.length + 1,
    async run(job) {
      Atomics.store(words, control.job, job);
      Atomics.store(words, control.finished, 0);
      if (helpers.length > 0) {
        Atomics.add(words, control.generation, 1);
        Atomics.notify(words, control.generation);
      }
      let failure: unknown;
      try {
        run(job, 0);
      } catch (error) {
        failure = error;
      }
      await until(words, control.finished, helpers.length);
      if (failure !== undefined) throw failure;
      if (Atomics.load(words, control.failed) !== 0) throw new Error('wasm: a worker thread failed');
    },
    async close() {
      await Promise.all(helpers.map((helper) => helper.stop()));
    },
  };
}

type WaitAsync = (array: Int32Array, index: number, value: number) => { value: Promise<string> | string };

/**
 * Waits until an entry of the control block has reached a count. Blocks where that is allowed (Node, a page's workers):
 * the wait is short, and a promise alone would not keep a Node program alive. A page's main thread may not block.
 */
async function until(words: Int32Array, index: number, count: number): Promise<void> {
  for (let seen = Atomics.load(words, index); seen < count; seen = Atomics.load(words, index)) {
    const { waitAsync } = Atomics as { waitAsync?: WaitAsync };
    if (mayBlock()) Atomics.wait(words, index, seen);
    else if (waitAsync !== undefined) await waitAsync(words, index, seen).value;
    else await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

let blocking: boolean | undefined;

function mayBlock(): boolean {
  if (blocking === undefined)
    try {
      // Returns at once, as the value differs; throws where blocking is forbidden.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
      blocking = true;
    } catch {
      blocking = false;
    }
  return blocking;
}
