/**
 * What an executor can do of one kind at most: programs of nothing but products, or nothing but noise. `node bench/kernels.mjs
 * '{"engine":"wasm","threads":2,"kind":"forward","units":128}'`, driven as `serve.mjs` says. Kinds: `forward`, a chain of
 * [units, units] times [units, rows]; `weights`, the sums over rows and steps that weight gradients are; `uniform` and
 * `normal`, a draw for every unit, row and step.
 */
import { loadLibrary } from './library.mjs';
import { serve } from './serve.mjs';
import { kernelRun } from './works.mjs';

const { engine: engineName, threads, kind, units } = JSON.parse(process.argv[2]);
const { rows, steps, perStep } = kernelRun;
const library = await loadLibrary();
library.setKernelFlags();
const engine = await library.openBuild(engineName, threads);
const { phase, carry, shared } = library.program;
const { matmul, noise, outer } = library.graph;
const indices = Array.from({ length: perStep }, (_, index) => index);
const matrixNames = indices.map((index) => `W${index % 2}`);
const named = (prefix, make) => Object.fromEntries(indices.map((index) => [`${prefix}${index}`, make(index)]));

const draws = (distribution) => () => {
  const carries = named('draw', (stream) => noise(distribution, stream, units));
  return { outputs: { carries }, finish: {}, requests: { carries: Object.keys(carries) } };
};
const programs = {
  forward: () => {
    const h = matrixNames.reduce((state, name) => matmul(shared(name, [units, units]), state), carry('h', units));
    return { outputs: { carries: { h } }, finish: {}, requests: { carries: ['h'] } };
  },
  weights: () => {
    const accumulators = named('sum', (index) => outer(carry(`left${index}`, units), carry('h', units)));
    const finish = named('G', (index) => shared(`sum${index}`, [units, units]));
    return { outputs: { accumulators }, finish, requests: { shared: Object.keys(finish) } };
  },
  uniform: draws('uniform'),
  normal: draws('normal'),
};
const { outputs, finish, requests } = programs[kind]();
const kernel = engine.compile({ prepare: {}, phases: [phase(kind, 'scan', outputs)], finish }, requests);

const values = Float32Array.from({ length: rows * units }, (_, i) => Math.sin(i));
// Orthogonal: repeated products neither overflow nor sink into subnormal numbers.
const orthogonal = { shape: [units, units], initial: { kind: 'orthogonal' } };
const carried = { forward: ['h'], weights: ['h', ...indices.map((index) => `left${index}`)] }[kind] ?? [];
const inputs = {
  ...{ rows, steps },
  parameters: kind === 'forward' ? library.initialise({ W0: orthogonal, W1: orthogonal }, 1) : {},
  carries: Object.fromEntries(carried.map((name) => [name, values])),
  noise: {
    key: library.deriveKey(1, 'noise'),
    samples: Uint32Array.from({ length: rows }, (_, row) => row),
  },
};

await serve(() => kernel.run(inputs));
await engine.close();
