/** A process that waits for its turn: starts, warms up, computes when told and only then. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How long a process may take for one answer. */
const patience = 600_000;

/** Starts a process of the protocol in `serve.mjs`, and waits until it is warm. @throws Error if it dies or stalls. */
export async function startContender({ name, command, args, environment = {} }) {
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (data) => {
    complaints = (complaints + data).slice(-2000);
  });
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise((_, reject) => child.on('error', reject));
  const answer = async () => {
    let timer;
    const tooLong = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${name}: no answer in ${patience / 1000} s`)), patience);
    });
    try {
      const { value, done } = await Promise.race([lines.next(), failed, tooLong]);
      if (done) throw new Error(`${name} ended early: ${complaints.trim()}`);
      return JSON.parse(value);
    } catch (error) {
      child.kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
  const ask = (message) => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    return answer();
  };
  const { ready, ...about } = await answer();
  return {
    name,
    warmSeconds: ready,
    about,
    /** Mean seconds of a step over `repeats` steps. */
    measure: async (repeats) => (await ask({ go: repeats })).seconds,
    /** Ends the process and waits until it is gone, so that it takes no time from what follows; gives its peak memory. */
    end: async () => {
      const { peakMegabytes } = await ask({ end: true });
      const gone = once(child, 'exit');
      child.stdin.end();
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(late);
      return peakMegabytes;
    },
  };
}

/** The package itself as a contender. */
export function ours({ work, mode, engine, threads }) {
  return {
    name: `${engine}, ${threads} thread${threads === 1 ? '' : 's'}`,
    command: process.execPath,
    args: [new URL('./ours.mjs', import.meta.url).pathname, JSON.stringify({ work, mode, engine, threads })],
  };
}
