/** The protocol by which `contender.mjs` drives a process: JSON lines on standard input and output. */
import { createInterface } from 'node:readline';

/**
 * Warms up, says {"ready":seconds}, then answers {"go":n} with the mean seconds of n steps, and {"end":true} with the
 * process's peak memory.
 * @param step does the work once.
 * @param about said along with `ready`.
 */
export async function serve(step, about = {}) {
  const secondsOf = async (repeats) => {
    const started = performance.now();
    for (let i = 0; i < repeats; i++) await step();
    return (performance.now() - started) / 1000 / repeats;
  };
  const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  await secondsOf(2);
  answer({ ready: await secondsOf(1), ...about });
  for await (const line of createInterface({ input: process.stdin })) {
    const { go, end } = JSON.parse(line);
    if (end) break;
    answer({ seconds: await secondsOf(go) });
  }
  // Node gives kilobytes on every system.
  answer({ peakMegabytes: process.resourceUsage().maxRSS / 1024 });
}
