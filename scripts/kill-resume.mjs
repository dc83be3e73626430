// Kills training runs with SIGKILL at random instants, resumes them, and compares every one with a run that was left
// alone: the same bytes in both checkpoints, the same metrics and result but for the clock.
//   node scripts/kill-resume.mjs [kills=20] [engine=auto]
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kills = Number(process.argv[2] ?? 20);
const engine = process.argv[3] ?? 'auto';
const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'noisy-rnn-kill-'));
const settings = ['limit-train=150', 'units=8', 'batch-size=5', 'epochs=6', 'checkpoint-every=7', `engine=${engine}`];

/** Runs the command; kills it after so many milliseconds, if given. @returns its exit code, null if it was killed. */
function run(args, killAfter) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args, '--json'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (text) => {
      complaint += text;
    });
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || signal === 'SIGKILL') resolve(code);
      else reject(new Error(`exit code ${code}: ${complaint}`));
    });
  });
}

function outcome(out) {
  const read = (name) => readFileSync(join(out, name));
  const sum = (name) =>
    createHash('sha256')
      .update(read(join('checkpoints', name)))
      .digest('hex');
  const withoutClock = (line) => JSON.stringify({ ...JSON.parse(line), seconds: 0, run: '' });
  const metrics = read('metrics.jsonl').toString().trim().split('\n').map(withoutClock).join('\n');
  const result = withoutClock(read('result.json').toString());
  return { last: sum('last.safetensors'), best: sum('best.safetensors'), metrics, result };
}

const start = (out) => ['train', ...settings, '--out', out];

/** One run, killed once or (every third) twice. @returns when it was killed, in milliseconds. */
async function killedRun(out, index, duration) {
  const instants = [];
  for (let attempt = 0; attempt < (index % 3 === 0 ? 2 : 1); attempt++) {
    const instant = Math.random() * duration;
    instants.push(Math.round(instant));
    await run(existsSync(join(out, 'config.yaml')) ? ['train', '--resume', out] : start(out), instant);
  }
  await run(existsSync(join(out, 'config.yaml')) ? ['train', '--resume', out] : start(out));
  return instants;
}

let failures = 0;
try {
  const whole = join(folder, 'whole');
  const started = performance.now();
  await run(start(whole));
  const duration = performance.now() - started;
  const expected = outcome(whole);
  console.log(`left alone: ${Math.round(duration)} ms, last checkpoint ${expected.last}`);
  for (let index = 0; index < kills; index++) {
    const out = join(folder, `killed-${index}`);
    const instants = await killedRun(out, index, duration);
    const got = outcome(out);
    const different = Object.keys(expected).filter((key) => got[key] !== expected[key]);
    console.log(
      `killed after ${instants.join(' and ')} ms: ${different.length ? `different ${different}` : 'the same'}`,
    );
    if (different.length > 0) failures++;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failures > 0) {
  console.error(`${failures} of ${kills} runs ended differently`);
  process.exitCode = 1;
}
