/** Where and with what a bench ran. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** @returns what a document says of its machine; takes half a second in which nothing of ours may compute. */
export async function describeMachine() {
  const flags = cpuFlags();
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    simd: ['avx2', 'fma', 'avx512f', 'asimd'].filter((name) => flags.includes(name)),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    /** Runnable processes over the last minute before the bench: above 1 something else was computing. */
    loadAverage: Number(loadavg()[0].toFixed(2)),
    /** Cores that something else kept busy just before the bench. */
    busyCores: Number((await busyCores(500)).toFixed(2)),
    date: new Date().toISOString(),
  };
}

/** Cores' worth of computing by whatever ran meanwhile. */
async function busyCores(milliseconds) {
  const before = cpus();
  await sleep(milliseconds);
  const busy = cpus().map(({ times }, core) => {
    const passed = Object.keys(times).map((kind) => times[kind] - before[core].times[kind]);
    const total = passed.reduce((sum, value) => sum + value, 0);
    return total === 0 ? 0 : 1 - (times.idle - before[core].times.idle) / total;
  });
  return busy.reduce((sum, share) => sum + share, 0);
}

function cpuFlags() {
  try {
    return /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].trim().split(/\s+/) ?? [];
  } catch {
    return [];
  }
}

/** One line about it. */
export function formatMachine({ processor, cores, simd, node, torch, busyCores: busy, loadAverage }) {
  const library = torch === undefined ? '' : `, PyTorch ${torch}`;
  return `${processor}, ${cores} cores (${simd.join(' ')}), Node ${node}${library}; load ${loadAverage}, ${busy} cores busy before`;
}
