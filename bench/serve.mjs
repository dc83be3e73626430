/** The protocol by which `contender.mjs` drives a process: JSON lines on standard input and output. */
import { createInterface } from 'node:readline';

/** Warming up ends after this many steps, or seconds. */
const warm = { steps: 3, seconds: 6 };

/**
 * Warms up, says {"ready":seconds of the last step,"warmUps":steps}, then answers {"go":n} with the mean seconds of n steps, and {"end":true} with the
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
  const started = performance.now();
  let [ready, warmUps] = [0, 0];
  while (warmUps < warm.steps && performance.now() - started < 1000 * warm.seconds) {
    ready = await secondsOf(1);
    warmUps += 1;
  }
  answer({ ready, warmUps, ...about });
  for await (const line of createInterface({ input: process.stdin })) {
    const { go, end } = JSON.parse(line);
    if (end) break;
    answer({ seconds: await secondsOf(go) });
  }
  // Node gives kilobytes on every system.
  answer({ peakMegabytes: process.resourceUsage().maxRSS / 1024 });
}
