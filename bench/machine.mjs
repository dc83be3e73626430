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
    busyCores: await busyCores(),
    date: new Date().toISOString(),
  };
}

/** Cores' worth of computing over the next half second, by whatever runs. */
export async function busyCores() {
  const before = cpus();
  await sleep(500);
  const busy = cpus().map(({ times }, core) => {
    const passed = Object.keys(times).map((kind) => times[kind] - before[core].times[kind]);
    const total = passed.reduce((sum, value) => sum + value, 0);
    return total === 0 ? 0 : 1 - (times.idle - before[core].times.idle) / total;
  });
  const sum = busy.reduce((total, share) => total + share, 0);
  return Number(sum.toFixed(2));
}

function cpuFlags() {
  try {
    return /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].trim().split(/\s+/) ?? [];
  } catch {
    return [];
  }
}

/** One line about it. */
export function formatMachine({ processor, cores, simd, node, torch, busyCores: before, busyCoresAfter, loadAverage }) {
  const library = torch === undefined ? '' : `, PyTorch ${torch}`;
  const after = busyCoresAfter === undefined ? '' : `, ${busyCoresAfter} after`;
  return `${processor}, ${cores} cores (${simd.join(' ')}), Node ${node}${library}; load ${loadAverage}, ${before} cores busy before${after}`;
}
