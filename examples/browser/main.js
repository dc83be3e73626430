// Trains the heartbeats example in the page, then lets one change a beat and watch what the network makes of it.
import { createHeartbeats, createMemoryFiles, loadRun, trainRun } from 'noisy-rnn';
import { draw, pathOf } from './chart.js';

const find = (id) => document.getElementById(id);
const beats = createHeartbeats('test', 40, 1);
const steps = beats.steps;
let model;
let row = -1;
let clean = [];
let shown = [];

find('where').textContent = crossOriginIsolated
  ? `It computes on up to ${navigator.hardwareConcurrency} threads that share memory.`
  : 'The page is not cross-origin isolated: it computes on one thread.';

find('engine').querySelector('[value=webgpu]').disabled = navigator.gpu === undefined;
find('train').addEventListener('click', train);
find('next').addEventListener('click', nextBeat);
find('reset').addEventListener('click', () => show(clean));
find('noise').addEventListener('input', addNoise);
find('beat').addEventListener('pointerdown', drag);
find('beat').addEventListener('pointermove', drag);

async function train() {
  find('train').disabled = true;
  await model?.close();
  // A run is a folder; here it lives in memory.
  const files = createMemoryFiles();
  const number = (id) => Number(find(id).value);
  const engine = find('engine').value;
  let drawn = 0;
  try {
    const result = await trainRun({
      files,
      out: 'run',
      cores: navigator.hardwareConcurrency,
      settings: { data: 'heartbeats', units: 32, epochs: number('epochs'), seed: number('seed'), engine },
      onNote: (note) => {
        find('note').textContent = note;
      },
      onProgress: ({ fraction, epoch, epochs, trainLoss }) => {
        find('progress').value = fraction;
        find('status').textContent = `Epoch ${epoch} of ${epochs}, training loss ${trainLoss.toFixed(3)} …`;
        if (epoch === drawn) return;
        drawn = epoch;
        void drawCurve(files, epochs);
      },
    });
    await drawCurve(files, result.epochs);
    model = await loadRun('run', { files, engine });
    find('status').textContent =
      `Test accuracy ${result.test.accuracy.toFixed(3)} on ${result.test.count} beats, ` +
      `${result.epochs} epochs in ${result.seconds.toFixed(1)} s on ${result.threads} thread${result.threads === 1 ? '' : 's'}.`;
    // For programs that drive the page.
    document.body.dataset.result = JSON.stringify({ ...result, isolated: crossOriginIsolated });
    for (const id of ['next', 'reset', 'noise']) find(id).disabled = false;
    await nextBeat();
  } catch (error) {
    find('status').textContent = `It went wrong: ${error.message}`;
    document.body.dataset.failure = String(error.stack);
  }
  find('train').disabled = false;
}

/** The learning curve so far, from the run's own `metrics.jsonl`. */
async function drawCurve(files, epochs) {
  if ((await files.kind('run/metrics.jsonl')) !== 'file') return;
  const lines = new TextDecoder()
    .decode(await files.read('run/metrics.jsonl'))
    .trim()
    .split('\n');
  const records = lines.map((line) => JSON.parse(line));
  const box = { width: 600, top: 30, bottom: 170, last: Math.max(1, epochs - 1) };
  const losses = records.map(({ validationLoss }) => validationLoss);
  const accuracies = records.map(({ validationAccuracy }) => validationAccuracy);
  const { validationLoss, validationAccuracy } = records.at(-1);
  draw(find('curve'), [
    ['path', { d: pathOf(losses, { ...box, low: 0, high: Math.max(0.7, ...losses) }) }],
    ['path', { class: 'second', d: pathOf(accuracies, { ...box, low: 0.5, high: 1 }) }],
    ['text', { x: 8, y: 20 }, `validation loss ${validationLoss.toFixed(3)} (blue)`],
    ['text', { x: 592, y: 20, 'text-anchor': 'end' }, `accuracy ${validationAccuracy.toFixed(3)} (orange)`],
  ]);
}

async function nextBeat() {
  row = (row + 1) % beats.rows;
  clean = Array.from(beats.values.subarray(row * steps, (row + 1) * steps));
  find('noise').value = 0;
  await addNoise();
}

/** The same draw for every strength, so that the slider moves one path. */
async function addNoise() {
  const sigma = Number(find('noise').value);
  find('sigma').textContent = `σ = ${sigma} mV`;
  let state = 12345 + row;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  await show(clean.map((value) => value + sigma * normal()));
}

/** Draws the beat where the pointer is pressed. */
function drag(event) {
  if (model === undefined || event.buttons === 0) return;
  const area = event.currentTarget.getBoundingClientRect();
  const at = Math.round(((event.clientX - area.left) / area.width) * (steps - 1));
  const value = 1.6 - ((event.clientY - area.top) / area.height) * 2.4;
  const changed = shown.map((old, step) => {
    const nearness = Math.exp(-(((step - at) / 3) ** 2));
    return old + nearness * (value - old);
  });
  void show(changed);
}

async function show(values) {
  shown = values;
  const box = { width: 600, top: 10, bottom: 210, low: -0.8, high: 1.6 };
  draw(find('beat'), [
    ['path', { class: 'before', d: pathOf(clean, box) }],
    ['path', { d: pathOf(shown, box) }],
  ]);
  const abnormal = model.classes.indexOf('abnormal');
  let state = model.initialState();
  const soFar = shown.map((sample) => {
    const next = model.step(state, sample);
    state = next.state;
    return next.output.probabilities[0][abnormal];
  });
  draw(find('stream'), [
    ['line', { x1: 0, x2: 600, y1: 50, y2: 50 }],
    ['path', { class: 'second', d: pathOf(soFar, { width: 600, top: 20, bottom: 80, low: 0, high: 1 }) }],
    ['text', { x: 8, y: 15 }, 'probability of “abnormal” after each sample, 0 to 1'],
  ]);
  const { labels, probabilities } = await model.predict(shown);
  // An older answer must not overwrite a newer one.
  if (shown !== values) return;
  find('answer').textContent =
    `The network says ${labels[0]} (probability of abnormal ${probabilities[0][abnormal].toFixed(3)}); ` +
    `the beat is ${beats.labels[row]}.`;
  document.body.dataset.answer = JSON.stringify({ row, probability: probabilities[0][abnormal], stream: soFar.at(-1) });
}
