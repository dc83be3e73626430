/**
 * Starts threads that run a small script: Node's worker_threads, or a page's workers. Found at run time, so that one
 * build serves both and nothing of Node is imported in a page.
 */
export interface Thread {
  post(message: unknown): void;
  stop(): Promise<void>;
}

interface NodeWorker {
  postMessage(message: unknown): void;
  terminate(): Promise<number>;
  unref(): void;
}

interface NodeThreads {
  Worker: new (code: string, options: { eval: true }) => NodeWorker;
}

interface NodeProcess {
  getBuiltinModule?(name: string): unknown;
}

/**
 * @param body a script that defines `function receive(message)`; it is called with every posted message.
 * @returns null where threads cannot be had.
 */
export function startThread(body: string): Thread | null {
  const node = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.('node:worker_threads');
  if (node !== undefined) return startNodeThread(node as NodeThreads, body);
  if (typeof Worker === 'undefined' || typeof SharedArrayBuffer === 'undefined') return null;
  const script = `${body}\nself.onmessage = (event) => receive(event.data);`;
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url);
  return {
    post: (message) => worker.postMessage(message),
    stop: async () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

function startNodeThread({ Worker }: NodeThreads, body: string): Thread {
  const worker = new Worker(`${body}\nrequire('node:worker_threads').parentPort.on('message', receive);`, {
    eval: true,
  });
  // A waiting thread must not keep the program alive.
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    stop: async () => {
      await worker.terminate();
    },
  };
}
