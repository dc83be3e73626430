/** A thread that computes parts of studies: its own engine, and everything else shared through files. */
import { parentPort, workerData } from 'node:worker_threads';
import { localWorker, type WorkerRequest } from '../experiments/workers.js';
import { nodeFiles } from '../platform/node-files.js';
import type { FromWorker, ToWorker } from './study-workers.js';

const controller = new AbortController();
const post = (message: FromWorker) => parentPort?.postMessage(message);
const request = workerData as Omit<WorkerRequest, 'signal'>;
const worker = await localWorker(nodeFiles)({ ...request, signal: controller.signal });

async function receive(message: ToWorker): Promise<void> {
  if (message.kind === 'stop') return controller.abort();
  try {
    const result = await worker.run(message.task, (fraction, label) => post({ kind: 'progress', fraction, label }));
    post({ kind: 'done', result });
  } catch (error) {
    const { name, message: text } = error instanceof Error ? error : new Error(String(error));
    post({ kind: 'failed', name, message: text });
  }
}

parentPort?.on('message', (message: ToWorker) => void receive(message));
post({ kind: 'ready' });
