// Kills a study with SIGKILL at random instants, resumes it, and compares its result with that of one that was left alone:
// the same JSON but for the clock.
//   node scripts/kill-resume-study.mjs [kills=6] [engine=auto]
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kills = Number(process.argv[2] ?? 6);
const engine = process.argv[3] ?? 'auto';
const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'noisy-rnn-study-'));

/** Runs the study; kills it after so many milliseconds, if given. @returns whether it came to its end. */
function run(out, killAfter) {
  const args = ['reproduce', 'quick', '--seeds', '1', '--engine', engine, '--out', out, '--resume', '--json'];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (text) => {
      complaint += text;
    });
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || signal === 'SIGKILL') resolve(code === 0);
      else reject(new Error(`exit code ${code}: ${complaint}`));
    });
  });
}

/** All but the clock, and the folder's name in the command. */
function outcome(out) {
  const text = readFileSync(join(out, 'results.json'), 'utf8').replaceAll(out, 'OUT');
  return JSON.stringify(JSON.parse(text), (key, value) => (key === 'seconds' ? 0 : value));
}

try {
  const whole = join(folder, 'whole');
  const started = performance.now();
  await run(whole);
  const duration = performance.now() - started;
  console.log(`left alone: ${Math.round(duration)} ms`);
  const out = join(folder, 'killed');
  for (let kill = 0; kill < kills; kill++) {
    const instant = (Math.random() * duration) / 2;
    const done = await run(out, instant);
    console.log(done ? 'came to its end' : `killed after ${Math.round(instant)} ms`);
    if (done) break;
  }
  if (!existsSync(join(out, 'results.json'))) await run(out);
  const same = outcome(out) === outcome(whole);
  console.log(same ? 'the same result' : 'a different result');
  if (!same) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
