/**
 * Runs a job on this thread and on helpers that share its memory. Helpers sleep between jobs; which of them takes which part
 * of a job does not matter to the result. Waking a sleeping thread takes as long as a fair part of a small job: helpers are
 * called while the job is still being prepared, and then look out for it a while before they sleep again.
 */
import { startThread, type Thread } from '../../platform/worker-threads.js';

/** Entries of the control block: calls and jobs so far, the address of the last job, and what became of it. */
const control = { calls: 0, jobs: 1, job: 2, finished: 3, failed: 4, ready: 5 } as const;

/** Milliseconds for which a thread looks out for what should come soon, before it sleeps. */
const lookout = 0.2;

const helperScript = `
function receive({ module, memory, control, worker }) {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  let calls = Atomics.load(control, ${control.calls});
  let jobs = Atomics.load(control, ${control.jobs});
  const waiting = () => Atomics.load(control, ${control.jobs}) === jobs;
  Atomics.add(control, ${control.ready}, 1);
  Atomics.notify(control, ${control.ready});
  for (;;) {
    while (waiting()) {
      Atomics.wait(control, ${control.calls}, calls);
      calls = Atomics.load(control, ${control.calls});
      for (const start = performance.now(); waiting() && performance.now() - start < ${lookout}; );
    }
    jobs += 1;
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
  /** Says that a job comes soon. */
  call(): void;
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
  const call = () => {
    if (helpers.length === 0) return;
    Atomics.add(words, control.calls, 1);
    Atomics.notify(words, control.calls);
  };
  return {
    threads: helpers.length + 1,
    call,
    async run(job) {
      Atomics.store(words, control.job, job);
      Atomics.store(words, control.finished, 0);
      Atomics.add(words, control.jobs, 1);
      call();
      let failure: unknown;
      try {
        run(job, 0);
      } catch (error) {
        failure = error;
      }
      const started = performance.now();
      while (Atomics.load(words, control.finished) < helpers.length && performance.now() - started < lookout);
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
