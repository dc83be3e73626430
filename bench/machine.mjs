/** Where and with what a bench ran. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

export function describeMachine() {
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
    date: new Date().toISOString(),
  };
}

function cpuFlags() {
  try {
    return /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].trim().split(/\s+/) ?? [];
  } catch {
    return [];
  }
}
