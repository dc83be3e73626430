// Kills a study with SIGKILL at random instants, resumes it, and compares its result with that of one that was left alone:
// the same JSON but for what `timeless` leaves out: seconds, the command (it names the folder), where it was assembled.
//   node scripts/kill-resume-study.mjs [kills=8] [engine=auto]
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timeless } from '../dist/result/stored.js';

const kills = Number(process.argv[2] ?? 8);
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

/** All that two sittings agree on. */
const outcome = (out) => JSON.stringify(timeless(JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))));

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
