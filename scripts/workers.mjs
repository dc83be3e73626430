// Workers on one folder. First many lives, each a process that joins a study of 100 tiny parts and is killed with SIGKILL at
// a random instant: in the end every part is there once, no claim is left, and the result is that of one process. Then the
// price of claims: 1,000 parts of a fixed length on 8 processes.
//   node scripts/workers.mjs [lives=200] [parts=100] [at once=4] [overhead parts=1000] [their seconds=1]
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { joinStudy, reproduceStudy } from '../dist/experiments/index.js';
import { openBoard } from '../dist/experiments/work/board.js';
import { workOff } from '../dist/experiments/work/work-off.js';
import { nodeFiles } from '../dist/platform/node-files.js';
import { createGenerator } from '../dist/random/index.js';
import { timeless } from '../dist/result/stored.js';

const self = fileURLToPath(import.meta.url);
const [mode] = process.argv.slice(2);

/** Rising or falling lines with noise, as files of the UCR archive. */
function writeLines(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, rows] of Object.entries({ Lines_TRAIN: 24, Lines_VALIDATION: 10, Lines_TEST: 20 })) {
    const generator = createGenerator(1, name);
    const line = (_, row) => {
      const slope = row % 2 === 0 ? 1 : -1;
      return [slope, ...Array.from({ length: 6 }, (_, step) => (slope * step + generator.normal()).toFixed(4))].join(
        '\t',
      );
    };
    writeFileSync(join(folder, `${name}.tsv`), Array.from({ length: rows }, line).join('\n'));
  }
}

const studyOf = (data, parts) => ({
  ...{ name: 'lines', title: 'Lines', question: 'Up or down?', dataDescription: 'lines' },
  settings: { data, units: 3, epochs: 8, batchSize: 4, lr: 0.02, model: 'noisy' },
  models: ['sde:add=0.1', 'none'].map((noise, index) => ({
    ...{ id: ['noisy', 'control'][index], label: ['Noisy', 'Control'][index], description: noise, settings: { noise } },
  })),
  seeds: parts / 2,
  perturbations: [{ kind: 'white', strengths: [0.5, 1] }],
  perturbationSeeds: 2,
  primary: { first: 'noisy', second: 'control', better: 'Yes', worse: 'No', unclear: 'Unclear' },
  others: [],
  examples: { perClass: 1, perturbations: [] },
});
const optionsOf = (out) => ({
  out,
  files: nodeFiles,
  engine: 'reference',
  threads: 1,
  resume: false,
  onProgress: () => {},
});

if (mode === 'life') {
  const [, , , data, out, parts] = process.argv;
  await joinStudy(studyOf(data, Number(parts)), optionsOf(out));
  process.exit(0);
}
if (mode === 'busy') {
  const [, , , out, parts, seconds] = process.argv;
  await busy(out, Number(parts), Number(seconds));
  process.exit(0);
}

/** A worker whose pieces take a fixed time and nothing else: what is left of the time is the price of claims. */
async function busy(out, count, seconds) {
  const board = await openBoard(nodeFiles, out);
  const pieces = Array.from({ length: count }, (_, index) => ({
    kind: 'rung',
    name: `p${index}`,
    label: '',
    work: 1,
    task: {},
  }));
  let [inside, done] = [0, 0];
  const worker = {
    run: async () => {
      const from = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
      inside += performance.now() - from;
      done += 1;
      return { name: 'x' };
    },
    close: async () => {},
  };
  const agenda = {
    stage: () => ({ pieces, last: true }),
    read: async (_, stored) => (stored ? { name: 'x' } : undefined),
    write: (piece) => nodeFiles.write(join(out, 'rungs', `${piece.name}.json`), '{}\n'),
  };
  const from = performance.now();
  const context = {
    board,
    workers: async () => [worker],
    about: { name: 'busy', command: '' },
    expected: pieces,
    join: true,
  };
  await workOff(agenda, { ...context, onProgress: () => {} });
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ done, inside, all: performance.now() - from, cpu: (user + system) / 1000 }));
}

const [lives = 200, parts = 100, atOnce = 4, many = 1000, seconds = 1] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'noisy-rnn-workers-'));
const start = (...args) => {
  const child = spawn(process.execPath, [self, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, output })));
  return { child, ended };
};

try {
  const data = join(folder, 'data');
  writeLines(data);
  const from = performance.now();
  const alone = await reproduceStudy(studyOf(data, parts), optionsOf(join(folder, 'alone')));
  console.log(`one process: ${parts} parts in ${((performance.now() - from) / 1000).toFixed(1)} s`);
  let [round, killed, finished, wrong] = [0, 0, 0, 0];
  for (; killed < lives; round++) {
    const out = join(folder, `shared-${round}`);
    const living = async () => {
      // Killed until one comes to its end; then another study, until there were as many lives as asked for.
      for (;;) {
        const { child, ended } = start('life', data, out, parts);
        // Exponential, so that some die while they start and some live long.
        const timer =
          killed < lives ? setTimeout(() => child.kill('SIGKILL'), -3000 * Math.log(Math.random())) : undefined;
        const { code, signal } = await ended;
        clearTimeout(timer);
        if (signal !== 'SIGKILL') return code;
        killed += 1;
      }
    };
    const codes = await Promise.all(Array.from({ length: atOnce }, living));
    const result = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'));
    const same = JSON.stringify(timeless(result)) === JSON.stringify(timeless(alone.result));
    const stored = readdirSync(join(out, 'parts')).length;
    const claims = readdirSync(join(out, 'claims')).length;
    const runs = readdirSync(join(out, 'runs')).flatMap((run) =>
      readdirSync(join(out, 'runs', run)).filter((name) => name.startsWith('.')),
    );
    finished += 1;
    if (!same || stored !== parts || claims > 0 || runs.length > 0 || codes.some((code) => code !== 0)) wrong += 1;
    console.log(
      `study ${round + 1}: ${killed} lives ended so far; ${stored} parts, ${claims} claims, ${runs.length} remnants, ${same ? 'same' : 'OTHER'} result, codes ${codes}`,
    );
  }
  console.log(`${killed} lives were ended, ${finished} studies came to their end, ${wrong} of them wrong`);
  if (wrong > 0) process.exitCode = 1;

  if (many > 0) {
    const out = join(folder, 'busy');
    mkdirSync(join(out, 'rungs'), { recursive: true });
    const began = performance.now();
    const workers = await Promise.all(Array.from({ length: 8 }, () => start('busy', out, many, seconds).ended));
    const told = workers.map(({ output }) => JSON.parse(output));
    const sum = (name) => told.reduce((total, own) => total + own[name], 0);
    const wall = (performance.now() - began) / 1000;
    // Of the time that workers work, what is not in their pieces: claims, looking, writing the piece's file.
    console.log(
      `${sum('done')} parts of ${seconds} s on 8 processes in ${wall.toFixed(1)} s; outside of the parts ` +
        `${((100 * (sum('all') - sum('inside'))) / sum('all')).toFixed(2)} % of the workers' time, ` +
        `${((sum('all') - sum('inside')) / sum('done')).toFixed(1)} ms a part (${(sum('cpu') / sum('done')).toFixed(1)} ms of processor time)`,
    );
    if (sum('done') !== many) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
