// Heartbeats classified sample by sample, as they would come from a sensor, and checked against the whole beat in one call.
//   node examples/stream-ecg.mjs [FOLDER_OF_ECG5000] [RUN]   (without a folder: the embedded heartbeats)
import { existsSync } from 'node:fs';
import { loadTest } from 'noisy-rnn/data';
import { loadRun, nodeFiles, train } from 'noisy-rnn/node';

const [dataDir, run = `runs/stream-${dataDir === undefined ? 'heartbeats' : 'ecg5000'}`] = process.argv.slice(2);
const source = dataDir === undefined ? { data: 'heartbeats' } : { data: 'ecg5000', dataDir };
if (!existsSync(run)) await train({ ...source, units: 32, epochs: 8, out: run });

const model = await loadRun(run);
const beats = await loadTest({ name: source.data, dataDir, files: nodeFiles });
const shown = 200;
let furthest = 0;
let right = 0;
let settled = 0;
const started = performance.now();
for (let row = 0; row < shown; row++) {
  const beat = beats.values.subarray(row * beats.steps, (row + 1) * beats.steps);
  let state = model.initialState();
  let output;
  let label;
  let since = 0;
  for (const [step, sample] of beat.entries()) {
    ({ state, output } = model.step(state, sample));
    if (output.labels[0] !== label) since = step;
    label = output.labels[0];
  }
  settled += since;
  right += label === beats.labels[row] ? 1 : 0;
  const whole = await model.predict(beat);
  for (const [index, p] of whole.probabilities[0].entries())
    furthest = Math.max(furthest, Math.abs(p - output.probabilities[0][index]));
  if (row < 3) console.log(`beat ${row + 1}: class ${label} for good after ${since + 1} of ${beats.steps} samples`);
}
const rate = (shown * beats.steps) / ((performance.now() - started) / 1000);
await model.close();

console.log(`${right} of ${shown} beats right; on average decided after ${Math.round(settled / shown)} samples`);
console.log(`largest difference between stream and batch: ${furthest.toExponential(1)}`);
console.log(`${Math.round(rate)} samples a second, the batches for comparison included`);
if (!(furthest < 1e-5)) throw new Error('the stream and the batch disagree');
