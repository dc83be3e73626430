/** The gradient of the innovation likelihood through the filter, against differences; and that it is the filter's own. */
import { describe, expect, it } from 'vitest';
import { parseCell } from '../../src/cells/index.js';
import { generatorLikelihoods } from '../../src/filter/generator.js';
import { buildGenerator, createFilter } from '../../src/filter/index.js';
import { levelNames } from '../../src/filter/noise-levels.js';
import type { Tensor } from '../../src/graph/index.js';
import { buildModel, initialise, parseInitialState, squaredError } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';

const cases = [
  { cell: 'noisy', noise: 'none', solver: 'euler', units: 4, channels: 2 },
  { cell: 'noisy', noise: 'sde:add=0.2,mult=0.3', solver: 'euler', units: 3, channels: 2 },
  { cell: 'lstm', noise: 'scalar:mult=0.3', solver: 'euler', units: 2, channels: 1 },
  { cell: 'antisymmetric', noise: 'independent:add=0.2,mult=0.1', solver: 'heun', units: 3, channels: 3 },
  { cell: 'gru', noise: 'published:mult=0.2,add=0.1', solver: 'euler', units: 3, channels: 1 },
  { cell: 'noisy', noise: 'inside:add=0.3', solver: 'euler', units: 3, channels: 2 },
] as const;

function setup(of: (typeof cases)[number]) {
  const cell = parseCell(of.cell);
  const base = buildModel({
    layers: [
      {
        cell,
        units: of.units,
        noise: parseNoise(of.noise),
        solver: solverNamed(of.solver),
        step: { kind: 'fixed', delta: cell.step === undefined ? 0.3 : 1 },
        initialState: parseInitialState('learned:scale=0.4'),
      },
    ],
    inputs: 0,
    outputs: of.channels,
    readout: 'every',
    loss: squaredError,
  });
  const model = buildGenerator(base, null);
  const generator = createGenerator(3, 'likelihood test');
  const parameters: Record<string, Tensor> = Object.fromEntries(
    Object.entries(initialise(model.parameters, 1)).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value + 0.1 * generator.normal()) },
    ]),
  );
  const steps = 6;
  const values = Float64Array.from({ length: steps * of.channels }, () =>
    generator.uniform() < 0.15 ? Number.NaN : generator.normal(),
  );
  return { base, model, parameters, series: { steps, values } };
}

describe.each(cases)('$cell, $noise, $solver', (of) => {
  const { base, model, parameters, series } = setup(of);
  const [likelihood] = generatorLikelihoods(model);
  const at = (moved: Record<string, Tensor>) => {
    likelihood!.setParameters(moved);
    return likelihood!.of(series);
  };

  it('is exact', () => {
    likelihood!.setParameters(parameters);
    likelihood!.of(series, { learn: true });
    const gradient = likelihood!.gradient();
    for (const [name, { shape, data }] of Object.entries(parameters))
      for (let i = 0; i < data.length; i++) {
        const value = (t: number) =>
          at({ ...parameters, [name]: { shape, data: data.map((own, j) => own + (i === j ? t : 0)) } });
        const step = 1e-3;
        // Fourth order.
        const difference = (8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step))) / (12 * step);
        const found = gradient[name]!.data[i]!;
        expect(Math.abs(found - difference), `${name}[${i}]`).toBeLessThan(1e-6 * (1 + Math.abs(difference)));
      }
  });

  it('is the likelihood of the filter', async () => {
    const deviations = (name: string) => parameters[name]?.data.map((log) => Math.exp(2 * log));
    const scale = parameters[levelNames.scale];
    const scheme = base.spec.layers[0]!.noise;
    const filter = createFilter({
      model: base,
      parameters,
      observation: { covariance: deviations(levelNames.observation)! },
      initial: { covariance: deviations(levelNames.initial)! },
      noise: { ...scheme, scale: scheme.scale * (scale === undefined ? 1 : Math.exp(scale.data[0]!)) },
      ...(scale === undefined ? { process: deviations(levelNames.process)! } : {}),
    });
    const rows = Array.from({ length: series.steps }, (_, step) => [
      ...series.values.subarray(step * of.channels, (step + 1) * of.channels),
    ]);
    expect((await filter.run(rows)).logLikelihood).toBeCloseTo(at(parameters), 9);
  });
});
