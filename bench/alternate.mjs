/** Contenders in turn, several rounds, so that a machine whose speed drifts slows all of them alike. */
import { startContender } from './contender.mjs';

/** Most rounds of a contender by the seconds of its step: slow ones take part in some of the rounds, spread over all of them. */
function turnsOf({ warmSeconds }, rounds) {
  return Math.min(rounds, warmSeconds > 20 ? 1 : warmSeconds > 2 ? 3 : rounds);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Half the distance between the quartiles, relative to the median. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part) => sorted[Math.round(part * (sorted.length - 1))];
  return (at(0.75) - at(0.25)) / 2 / median(values);
}

/**
 * @param specs contenders as `startContender` takes them; only one computes at a time.
 * @param options `rounds`, and `seconds`: about how long each measurement lasts.
 * @returns for each contender its name, median seconds a step, spread, the seconds of every round it took part in, peak memory; or why
 *   it failed.
 */
export async function alternate(specs, { rounds, seconds }) {
  const running = [];
  const failures = [];
  for (const spec of specs) {
    try {
      running.push({ spec, contender: await startContender(spec), times: [] });
    } catch (error) {
      failures.push({ name: spec.name, failure: error.message });
    }
  }
  for (let round = 0; round < rounds; round++)
    for (const entry of running) {
      if (entry.failure !== undefined) continue;
      const { contender, times } = entry;
      if (round % Math.ceil(rounds / turnsOf(contender, rounds)) !== 0) continue;
      const repeats = Math.min(500, Math.max(1, Math.round(seconds / contender.warmSeconds)));
      try {
        times.push(await contender.measure(repeats));
      } catch (error) {
        entry.failure = error.message;
      }
    }
  const results = [];
  for (const { spec, contender, times, failure } of running) {
    if (failure !== undefined) failures.push({ name: spec.name, failure });
    else
      results.push({
        name: spec.name,
        seconds: median(times),
        spread: spread(times),
        rounds: times,
        peakMegabytes: await contender.end(),
        about: contender.about,
      });
  }
  return { results, failures };
}
