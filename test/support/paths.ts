/**
 * A cell integrated along given Brownian paths: the noise leaves of its program become sequences, so that one path can
 * be walked with steps of several sizes.
 */
import type { Cell } from '../../src/cells/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { type Node, substitute } from '../../src/graph/index.js';
import { buildLayer, initialise } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { hoist, mapPhase, phase, sequence } from '../../src/program/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';

export interface Equation {
  readonly cell: Cell;
  readonly noise: string;
  readonly solver: string;
  readonly units: number;
  /** Every path starts here, in every unit. */
  readonly start: number;
  /** T. */
  readonly duration: number;
}

/** Increments ΔB of independent Brownian motions over `steps` equal steps: [paths, steps, width]. */
export interface Increments {
  readonly values: Float64Array;
  readonly paths: number;
  readonly steps: number;
  readonly width: number;
}

export function brownian(seed: number, paths: number, steps: number, width: number, duration: number): Increments {
  const generator = createGenerator(seed, 'brownian paths');
  const root = Math.sqrt(duration / steps);
  const values = Float64Array.from({ length: paths * steps * width }, () => root * generator.normal());
  return { values, paths, steps, width };
}

/** The same paths on a coarser grid. */
export function coarsen({ values, paths, steps, width }: Increments, to: number): Increments {
  const block = steps / to;
  if (!Number.isInteger(block)) throw new Error(`${to} steps do not divide ${steps}`);
  const sums = new Float64Array(paths * to * width);
  for (let path = 0; path < paths; path++)
    for (let step = 0; step < steps; step++)
      for (let i = 0; i < width; i++)
        sums[(path * to + Math.floor(step / block)) * width + i]! += values[(path * steps + step) * width + i]!;
  return { values: sums, paths, steps: to, width };
}

/** B_T of each path: [paths, width]. */
export const endpoints = (increments: Increments): Float64Array => coarsen(increments, 1).values;

/** The final state [paths, units] of the component `h`, in as many steps as the increments have. */
export async function integrate(equation: Equation, increments: Increments): Promise<Float64Array> {
  const { cell, units, duration, start } = equation;
  const { paths, steps, values } = increments;
  const delta = duration / steps;
  const layer = buildLayer(
    {
      cell,
      units,
      noise: parseNoise(equation.noise),
      solver: solverNamed(equation.solver),
      step: { kind: 'fixed', delta },
    },
    1,
  );
  const { carries } = layer.step(sequence('x', 1), { noisy: true, masked: false });
  const given = (node: Node) =>
    node.op === 'noise' ? sequence(`xi${node.attributes.stream}`, node.shape[0]!) : undefined;
  const walk = mapPhase(phase('steps', 'scan', { carries }), (outputs) => substitute(outputs, given));
  const kernel = createReferenceEngine().compile(hoist({ prepare: {}, phases: [walk], finish: {} }), {
    carries: ['h'],
  });
  const found = await kernel.run({
    rows: paths,
    steps,
    parameters: initialise(layer.parameters, 1),
    sequences: { xi0: values.map((increment) => increment / Math.sqrt(delta)) },
    carries: { h: new Float64Array(paths * units).fill(start) },
  });
  return found.carries.h!;
}
