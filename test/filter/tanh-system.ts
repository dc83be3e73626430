/** A network of tanh units with noise, written out by hand beside the model of the library that it is. */
import { parseCell } from '../../src/cells/index.js';
import { type Tensors, tensor } from '../../src/graph/index.js';
import { buildModel, type Model, squaredError } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';

export interface TanhSystem {
  readonly W: number[][];
  readonly b: number[];
  readonly C: number[][];
  /** Standard deviation of the noise of a step, and variance of the observation's. */
  readonly noise: number;
  readonly R: number;
  readonly start: readonly number[];
  readonly model: Model;
  readonly parameters: Tensors;
}

/** h⁺ = tanh(W h + b) + noise, y = C h + r. */
export function tanhSystem(seed: number, size: number, channels: number): TanhSystem {
  const generator = createGenerator(seed, 'tanh system');
  const normals = (rows: number, columns: number, scale: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => scale * generator.normal()));
  const W = normals(size, size, 1.2 / Math.sqrt(size));
  const b = normals(1, size, 0.2)[0]!;
  const C = normals(channels, size, 1 / Math.sqrt(size));
  const [noise, R] = [0.05, 0.01];
  const model = buildModel({
    layers: [
      {
        cell: parseCell('elman'),
        units: size,
        noise: parseNoise(`sde:add=${noise}`),
        solver: solverNamed('euler'),
        step: { kind: 'fixed', delta: 1 },
      },
    ],
    inputs: 0,
    outputs: channels,
    readout: 'every',
    loss: squaredError,
  });
  const parameters = {
    W: tensor([size, size], W.flat()),
    b: tensor([size], b),
    'readout.weight': tensor([channels, size], C.flat()),
    'readout.bias': tensor([channels], new Array(channels).fill(0)),
  };
  return { W, b, C, noise, R, start: new Array<number>(size).fill(0), model, parameters };
}

/** @param seed null: without any noise. */
export function simulate(system: TanhSystem, steps: number, seed: number | null) {
  const generator = createGenerator(seed ?? 0, 'tanh series');
  const draw = () => (seed === null ? 0 : generator.normal());
  let h = [...system.start];
  const states: number[][] = [];
  const series: number[][] = [];
  for (let step = 0; step < steps; step++) {
    h = system.W.map((row, i) => {
      const u = row.reduce((total, value, j) => total + value * h[j]!, system.b[i]!);
      return Math.tanh(u) + system.noise * draw();
    });
    states.push(h);
    series.push(
      system.C.map((row) => row.reduce((total, value, i) => total + value * h[i]!, 0) + Math.sqrt(system.R) * draw()),
    );
  }
  return { states, series };
}
