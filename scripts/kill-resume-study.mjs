// Kills a study with SIGKILL at random instants, resumes it, and compares its result with that of one that was left alone:
// the same JSON but for what `timeless` leaves out: seconds, the command (it names the folder), where it was assembled.
//   node scripts/kill-resume-study.mjs [kills=8] [engine=auto]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
  let [killed, finished] = [0, 0];
  while (killed < kills || finished === 0) {
    const out = join(folder, `killed-${finished}`);
    // Killed until it comes to its end all the same; then another one, until there were as many kills as asked for.
    for (let done = false; !done; ) {
      const instant = killed < kills ? (Math.random() * duration) / 2 : undefined;
      done = await run(out, instant);
      if (!done) console.log(`kill ${++killed}, after ${Math.round(instant)} ms`);
    }
    finished++;
    const same = outcome(out) === outcome(whole);
    console.log(`came to its end: ${same ? 'the same result' : 'a different result'}`);
    if (!same) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
