/**
 * Signs of life from a thread of their own: what computes on this process's main thread, however long, does not silence
 * it. The thread writes to each claim's file so often, and tells when the file is gone: another has taken over.
 */
import { Worker } from 'node:worker_threads';

/** In the thread: plain JavaScript, so that it starts in milliseconds and from wherever this file is run. */
const script = `
const { parentPort } = require('node:worker_threads');
const fs = require('node:fs');
const held = new Map();
const beat = (id) => {
  const own = held.get(id);
  if (own === undefined) return;
  try {
    const file = fs.openSync(own.path, 'r+');
    try {
      // Always as long as before, so that no reader finds it empty.
      fs.writeSync(file, JSON.stringify(own.fraction).padEnd(32), 0);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    // Whatever else a file system may answer passes: the lease is longer than its troubles, or runs out.
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') return;
    stop(id);
    parentPort.postMessage(id);
  }
};
const stop = (id) => {
  clearInterval(held.get(id)?.timer);
  held.delete(id);
};
parentPort.on('message', ({ id, path, every, fraction }) => {
  if (path !== undefined) held.set(id, { path, fraction: null, timer: setInterval(beat, every, id) });
  else if (fraction === undefined) stop(id);
  else if (held.has(id)) held.get(id).fraction = fraction;
});
`;

/** What a beat's file holds: the fraction done, or null. */
export function beatText(fraction: number | null): string {
  return JSON.stringify(fraction).padEnd(32);
}

interface Heart {
  readonly thread: Worker;
  readonly onLost: Map<string, () => void>;
}

let heart: Heart | undefined;

export interface Beating {
  report(fraction: number): void;
  stop(): void;
}

/** @param every milliseconds. @param onLost called when the file is found to be gone. */
export function startBeating(id: string, path: string, every: number, onLost: () => void): Beating {
  heart ??= startHeart();
  const { thread, onLost: lost } = heart;
  lost.set(id, onLost);
  thread.postMessage({ id, path, every });
  return {
    report: (fraction) => thread.postMessage({ id, fraction }),
    stop: () => {
      lost.delete(id);
      thread.postMessage({ id });
    },
  };
}

function startHeart(): Heart {
  const thread = new Worker(script, { eval: true, execArgv: [] });
  const onLost = new Map<string, () => void>();
  thread.on('message', (id: string) => onLost.get(id)?.());
  // It must not keep the program alive; listening would, so this comes last.
  thread.unref();
  return { thread, onLost };
}
