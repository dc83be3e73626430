// Compiles the kernels for 64-bit ARM, runs their self-test under an emulator and, where this processor has a set with a
// fused multiply-add too, compares the bits. Skipped, saying so, where a cross-compiler or the emulator is absent.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const native = resolve(import.meta.dirname, '..', 'native');
const flags = ['-std=c++17', '-O2', '-ffp-contract=off', '-Wall', '-Wextra', '-Werror'];
const folder = mkdtempSync(join(tmpdir(), 'noisy-rnn-neon-'));
const has = (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout.trim();
}

/** Builds and runs the self-test of one set; returns what it printed. */
function selfTest(compiler, set, table, extra, emulator = []) {
  const program = join(folder, set);
  const sources = [join(native, 'test', 'selftest.cc'), join(native, 'src', `kernels_${set}.cc`)];
  run(compiler, [...flags, ...extra, `-DSET=${table}`, ...sources, '-o', program]);
  const [command, ...args] = [...emulator, program];
  return run(command, args);
}

try {
  const missing = ['aarch64-linux-gnu-g++', 'qemu-aarch64'].filter((name) => !has(name));
  if (missing.length > 0) console.log(`skipped: the NEON kernels' self-test needs ${missing.join(' and ')}`);
  else {
    const neon = selfTest('aarch64-linux-gnu-g++', 'neon', 'kernelsNeon', ['-static'], ['qemu-aarch64']);
    console.log(`neon: ${neon}`);
    const fused =
      process.arch === 'x64' && has('g++') && / fma .*avx2|avx2.* fma /.test(readFileSync('/proc/cpuinfo', 'utf8'));
    const avx2 = fused ? selfTest('g++', 'avx2', 'kernelsAvx2', ['-mavx2', '-mfma']) : null;
    if (avx2 !== null) console.log(`avx2: ${avx2}`);
    if (avx2 !== null && avx2 !== neon) throw new Error('NEON and AVX2 compute different bits');
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
