/**
 * The executor's own product peak: programs of nothing but products. `node bench/products.mjs
 * '{"engine":"wasm","threads":2,"kind":"forward","units":128}'`, driven as `serve.mjs` says. Kinds: `forward`, a chain of
 * [units, units] times [units, rows]; `weights`, the sums over rows and steps that weight gradients are.
 */
import { loadLibrary } from './library.mjs';
import { serve } from './serve.mjs';
import { productRun } from './works.mjs';

const { engine: engineName, threads, kind, units } = JSON.parse(process.argv[2]);
const { rows, steps, perStep } = productRun;
const library = await loadLibrary();
library.setKernelFlags();
const engine = await library.openEngine(engineName, threads);
const { phase, carry, shared } = library.program;
const { matmul, outer } = library.graph;
const indices = Array.from({ length: perStep }, (_, index) => index);
const matrixNames = indices.map((index) => `W${index % 2}`);

const programs = {
  forward: () => {
    const h = matrixNames.reduce((state, name) => matmul(shared(name, [units, units]), state), carry('h', units));
    return { outputs: { carries: { h } }, finish: {}, requests: { carries: ['h'] } };
  },
  weights: () => {
    const sums = indices.map((index) => [`sum${index}`, outer(carry(`left${index}`, units), carry('h', units))]);
    const results = indices.map((index) => [`G${index}`, shared(`sum${index}`, [units, units])]);
    const requests = { shared: results.map(([name]) => name) };
    return { outputs: { accumulators: Object.fromEntries(sums) }, finish: Object.fromEntries(results), requests };
  },
};
const { outputs, finish, requests } = programs[kind]();
const kernel = engine.compile({ prepare: {}, phases: [phase('products', 'scan', outputs)], finish }, requests);

const values = Float32Array.from({ length: rows * units }, (_, i) => Math.sin(i));
// Orthogonal: repeated products neither overflow nor sink into subnormal numbers.
const orthogonal = { shape: [units, units], initial: { kind: 'orthogonal' } };
const parameters = kind === 'forward' ? library.initialise({ W0: orthogonal, W1: orthogonal }, 1) : {};
const carried = kind === 'forward' ? ['h'] : ['h', ...indices.map((index) => `left${index}`)];
const inputs = { rows, steps, parameters, carries: Object.fromEntries(carried.map((name) => [name, values])) };

await serve(() => kernel.run(inputs));
await engine.close();
