/**
 * Every export of every kind of network against `predict` on the wasm engine, run by what people would run it with: ONNX
 * Runtime, PyTorch, C compilers, an Arm compiler under QEMU, and Node. What is absent is skipped, saying so.
 *
 *     node scripts/verify-exports.mjs [--python PYTHON] [--data-dir FOLDER_OF_ECG5000] [--only NAME] [--epochs N]
 *
 * Needs `npm run build`. Python is `python3` unless given; it should have onnx, onnxruntime and torch. Data are ECG5000 where
 * the folder is given or ../shared/data/ecg5000 is there, else the embedded heartbeats.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { trainedCases } from './support/verify-exports-cases.mjs';
import {
  createObjective,
  exportRun,
  loadTestRows,
  normalised,
  openEngine,
  predict,
  readRun,
  taskOf,
} from './support/verify-exports-library.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    'data-dir': { type: 'string' },
    only: { type: 'string' },
    epochs: { type: 'string', default: '2' },
  },
});
const shared = resolve(here, '../../shared/data/ecg5000');
const dataDir = options['data-dir'] ?? (existsSync(shared) ? shared : undefined);
const tolerance = 5e-6;
const rows = 200;
const folder = mkdtempSync(join(tmpdir(), 'verify-exports-'));
const failures = [];
const skipped = new Set();
let checks = 0;

const has = (program, ...args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const compilers = [
  { name: 'gcc', run: [] },
  { name: 'clang', run: [] },
  { name: 'arm-linux-gnueabihf-gcc', run: ['qemu-arm'], flags: ['-static'] },
].filter(({ name, run: [runner] }) => {
  const found = has(name, '--version') && (runner === undefined || has(runner, '--version'));
  if (!found) skipped.add(`C by ${name}${runner ? ` under ${runner}` : ''}`);
  return found;
});
const modules = Object.fromEntries(
  ['onnx', 'onnxruntime', 'torch'].map((name) => [name, has(options.python, '-c', `import ${name}`)]),
);
for (const [name, found] of Object.entries(modules)) if (!found) skipped.add(`Python's ${name}`);

/** Largest difference of probabilities, or of values relative to their range. */
function compare(what, found, { answers, range, labels }, foundLabels) {
  checks += 1;
  let largest = 0;
  for (const [row, own] of answers.entries()) {
    if (found[row]?.length !== own.length) largest = Number.POSITIVE_INFINITY;
    for (const [i, value] of own.entries()) {
      const difference = Math.abs(found[row][i] - value) / range;
      largest = Math.max(largest, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    }
  }
  const same = foundLabels === undefined || foundLabels.every((label, row) => label === labels[row]);
  const good = largest <= tolerance && same;
  console.log(
    `${good ? 'ok  ' : 'FAIL'} ${what.padEnd(46)} ${largest.toExponential(1)}${same ? '' : ' labels differ'}`,
  );
  if (!good) failures.push(what);
}

const python = [];
const engine = await openEngine('wasm', 1);
try {
  for (const { name, run } of await trainedCases({
    folder,
    dataDir,
    epochs: Number(options.epochs),
    only: options.only,
  })) {
    const own = join(folder, `${name.replaceAll(/\W+/g, '-')}-exports`);
    mkdirSync(own);
    await verify(name, run, own);
  }
  if (python.length > 0) runPython();
} finally {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
}
for (const what of skipped) console.log(`skipped: ${what} is not installed`);
console.log(`\n${checks - failures.length} passed, ${failures.length} failed, ${skipped.size} skipped`);
// Whatever an engine or a run still holds open must not keep a build waiting.
process.exit(failures.length > 0 ? 1 : 0);

async function verify(name, { path, files, resolveCell }, own) {
  const run = await readRun(files, path, resolveCell);
  const { channels, targets } = run.preprocessing;
  const table = await loadTestRows(run, files, rows);
  const objective = createObjective(run.model, engine);
  const used = {
    objective,
    parameters: run.parameters,
    preprocessing: { ...run.preprocessing, steps: 0 },
    task: taskOf(run.settings),
  };
  const asked = async (of) => {
    const { probabilities, values, labels, steps } = await predict(used, of);
    const answers = values ?? probabilities;
    const flat = answers.flat();
    const spread = targets ? flat.reduce((a, b) => Math.max(a, b)) - flat.reduce((a, b) => Math.min(a, b)) : 1;
    return {
      answers,
      labels,
      range: Math.max(spread, 1e-12),
      steps: steps?.map((of) => (of.values ?? of.probabilities).flat()),
    };
  };
  const lengths = Uint32Array.from({ length: table.rows }, (_, row) => 1 + ((row * 37) % table.steps));
  const whole = await asked(table);
  const ragged = await asked({ ...table, lengths });
  const write = (format, out, settings = {}) =>
    exportRun({ files, run: path, out: join(own, out), format, resolveCell, ...settings });
  const bidirectional = run.model.spec.layers.some((layer) => layer.bidirectional);
  const seriesOf = (row, length) => [
    ...table.values.subarray(row * table.steps * channels, (row * table.steps + length) * channels),
  ];

  await write('js', 'network.mjs');
  const script = await import(pathToFileURL(join(own, 'network.mjs')).href);
  const listed = (of) => of.values ?? of.probabilities;
  const all = Array.from({ length: table.rows }, (_, row) => Float32Array.from(seriesOf(row, table.steps)));
  const made = script.predict(all);
  compare(`${name}: js`, listed(made), whole, targets ? undefined : made.labels);
  const cut = script.predict(all.map((series, row) => series.subarray(0, lengths[row] * channels)));
  compare(`${name}: js, ragged`, listed(cut), ragged, targets ? undefined : cut.labels);

  await write('c', 'network.h');
  const lines = (uneven) =>
    Array.from({ length: table.rows }, (_, row) => seriesOf(row, uneven ? lengths[row] : table.steps).join(' ')).join(
      '\n',
    );
  for (const { name: compiler, run: runner, flags = [] } of compilers) {
    const build = (define, out) => {
      const program = join(own, `${compiler}-${out}`);
      const strict = ['-std=c99', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-O2'];
      execFileSync(compiler, [
        ...strict,
        ...flags,
        `-D${define}`,
        '-x',
        'c',
        join(own, 'network.h'),
        '-o',
        program,
        '-lm',
      ]);
      return [...runner, program];
    };
    const [program, ...rest] = build('NOISY_RNN_MAIN', 'main');
    for (const [title, input, expected] of [
      ['', lines(false), whole],
      [', ragged', lines(true), ragged],
    ]) {
      const output = execFileSync(program, rest, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
      const found = output
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ').map(Number));
      compare(
        `${name}: C, ${compiler}${title}`,
        found,
        expected.steps ? { ...expected, answers: expected.steps } : expected,
      );
    }
    const [test, ...others] = build('NOISY_RNN_TEST', 'test');
    execFileSync(test, others, { stdio: 'ignore' });
  }

  const binary = (file, values) => {
    writeFileSync(join(own, file), new Uint8Array(Float32Array.from(values).buffer));
    return join(own, file);
  };
  const inputs = {
    x: binary('x.f32', table.values),
    shape: [table.rows, table.steps, channels],
    lengths: [...lengths],
  };
  const task = { name, ...inputs, onnx: [], pytorch: null };
  if (modules.onnxruntime) {
    const forms = [
      ['batch', { lengths: false }],
      ['ragged', { lengths: true }],
    ];
    if (!bidirectional) forms.push(['step', { form: 'step' }], ['chunk', { form: 'chunk' }]);
    for (const [form, settings] of forms) {
      await write('onnx', `${form}.onnx`, settings);
      task.onnx.push({ form, file: join(own, `${form}.onnx`) });
    }
  }
  if (modules.torch) {
    await write('pytorch', 'network.py');
    const gradient = await gradientOf(run, table);
    task.pytorch = { file: join(own, 'network.py'), gradient };
  }
  python.push({ task, whole, ragged });
}

/** Ours, noise off, of the cross-entropy of made-up labels or the squared error of made-up targets in raw units. */
async function gradientOf(run, table) {
  const count = 16;
  const few = { ...table, rows: count, values: table.values.subarray(0, count * table.steps * table.channels) };
  const { inputs } = normalised(few, run.preprocessing);
  if (run.preprocessing.targets || run.model.spec.readout === 'every') return null;
  const labels = Array.from({ length: count }, (_, row) => row % run.model.spec.outputs);
  const reference = createObjective(run.model, await openEngine('reference', 1));
  const { gradient } = await reference.gradient(run.parameters, { rows: count, steps: table.steps, inputs, labels });
  return {
    count,
    labels,
    tensors: Object.fromEntries(Object.entries(gradient).map(([key, { data }]) => [key, [...data]])),
  };
}

function runPython() {
  const jobs = join(folder, 'jobs.json');
  const results = join(folder, 'results.json');
  writeFileSync(jobs, JSON.stringify(python.map(({ task }) => task)));
  const args = [join(here, 'support/verify-exports.py'), jobs, results, modules.onnx ? 'check' : 'no-check'];
  execFileSync(options.python, args, { stdio: 'inherit' });
  for (const [index, found] of JSON.parse(readFileSync(results, 'utf8')).entries()) {
    const { task, whole, ragged } = python[index];
    for (const { what, answers, labels, gradient } of found) {
      const expected = what.includes('ragged') ? ragged : whole;
      if (answers) compare(`${task.name}: ${what}`, answers, expected, labels ?? undefined);
      if (gradient !== undefined) {
        checks += 1;
        const good = gradient <= 1e-5;
        console.log(`${good ? 'ok  ' : 'FAIL'} ${`${task.name}: ${what}`.padEnd(46)} ${gradient.toExponential(1)}`);
        if (!good) failures.push(`${task.name}: ${what}`);
      }
    }
  }
}
