// Memory and time of one gradient of the Noisy RNN through a long sequence: `node scripts/long-sequence.mjs STEPS`.
import {
  buildModel,
  createObjective,
  deriveKey,
  initialise,
  openEngine,
  parseCell,
  parseNoise,
  solverNamed,
} from 'noisy-rnn';
import { setKernelFlags } from 'noisy-rnn/node';

const steps = Number(process.argv[2] ?? 100_000);
const rows = 32;
setKernelFlags();
const engine = await openEngine('wasm', 2);
const model = buildModel({
  layers: [
    {
      cell: parseCell('noisy'),
      units: 128,
      noise: parseNoise('published:mult=0.02,add=0.02'),
      solver: solverNamed('euler'),
      step: { kind: 'learned', delta: 0.01 },
    },
  ],
  inputs: 1,
  outputs: 10,
  readout: 'last',
});
const batch = {
  rows,
  steps,
  inputs: Float32Array.from({ length: rows * steps }, (_, i) => Math.sin(i / 100)),
  labels: Array.from({ length: rows }, (_, row) => row % 10),
};
const noise = { key: deriveKey(1, 'noise'), samples: Uint32Array.from({ length: rows }, (_, row) => row) };
const start = performance.now();
const { loss } = await createObjective(model, engine).gradient(initialise(model.parameters, 1), batch, noise);
const seconds = (performance.now() - start) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(`${steps} steps: loss ${loss.toFixed(3)}, ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB at the peak`);
