/** What a run uses where nothing was said: values that train well on that data with that model. */
import type { Cell } from '../cells/index.js';
import { InputError } from '../errors.js';
import { parseNoise } from '../noise/index.js';
import { solverNamed } from '../solvers/index.js';
import { completeSpec, parseSpec, type Spec, type SpecTable } from '../spec.js';
import type { Configuration, GivenConfiguration } from './configuration.js';
import { optimisers } from './optimisers/index.js';

type Defaults = Pick<Configuration, 'units' | 'epochs' | 'batchSize' | 'lr' | 'delta'>;

const general: Defaults = { units: 64, epochs: 40, batchSize: 32, lr: 0.005, delta: 0.1 };

/** By data source; a path has the general ones. */
const byData: Readonly<Record<string, Partial<Defaults>>> = {
  'mnist-rows': { units: 128, epochs: 30, batchSize: 64, lr: 0.005, delta: 0.5 },
  'mnist-196': { units: 128, epochs: 30, batchSize: 64, delta: 0.1 },
  mnist: { units: 128, epochs: 50, batchSize: 128, lr: 0.003, delta: 0.03 },
  pmnist: { units: 128, epochs: 50, batchSize: 128, lr: 0.003, delta: 0.03 },
};

/** By model; what is given here stands before what the data suggest. */
const byModel: Readonly<Record<string, Partial<Pick<Configuration, 'noise' | 'lr'>>>> = {
  noisy: { noise: 'sde:add=0.1,mult=0.1' },
  elman: { lr: 0.001 },
};

/**
 * Fills in what was not given.
 * @param cell what `given.model` stands for.
 * @throws InputError if a learning rate or weight decay is given both as a setting and as a key of the optimiser.
 */
export function completeConfiguration(given: GivenConfiguration, cell: Cell): Configuration {
  const data = given.data ?? 'heartbeats';
  const model = given.model ?? 'noisy';
  const name = model.split(':')[0]!;
  const own = { ...general, ...byData[data], ...byModel[name] };
  const discrete = cell.step !== undefined;
  const solver = given.solver ?? 'euler';
  const { optimizer, lr, weightDecay } = completeOptimizer(given, own.lr);
  return {
    data,
    ...(given.dataDir === undefined ? {} : { dataDir: given.dataDir }),
    model,
    units: given.units ?? own.units,
    layers: given.layers ?? 1,
    noise: given.noise ?? defaultNoise(own.noise, solver, discrete),
    antithetic: given.antithetic ?? false,
    regularizer: given.regularizer ?? 'none',
    step: given.step ?? 'fixed',
    delta: given.delta ?? (discrete ? 1 : own.delta),
    solver,
    readout: given.readout ?? 'last',
    normalisation: given.normalisation ?? 'auto',
    ...(given.limitTrain === undefined ? {} : { limitTrain: given.limitTrain }),
    epochs: given.epochs ?? own.epochs,
    batchSize: given.batchSize ?? own.batchSize,
    lr,
    optimizer,
    weightDecay,
    schedule: given.schedule ?? 'cosine',
    groups: given.groups ?? [],
    clip: given.clip ?? 1,
    selection: given.selection ?? 'accuracy',
    seed: given.seed ?? 1,
    ...(given.checkpointEvery === undefined ? {} : { checkpointEvery: given.checkpointEvery }),
    engine: given.engine ?? 'auto',
    threads: given.threads ?? 'auto',
  };
}

/** A solver that cannot take the model's usual noise was chosen to go without. */
function defaultNoise(usual: string | undefined, solver: string, discrete: boolean): string {
  if (usual === undefined) return 'none';
  return solverNamed(solver).refusal({ discrete, noise: parseNoise(usual) }) === null ? usual : 'none';
}

/** The base rates live in `lr` and `weightDecay`, and only there. */
function completeOptimizer(given: GivenConfiguration, usualRate: number) {
  const text = given.optimizer ?? 'adamw';
  const written = parseSpec(text, withoutDefaults, 'optimiser');
  const rates = completeSpec(written, optimisers, 'optimiser').values;
  const rate = (name: 'lr' | 'weightDecay', usual: number): number => {
    if (given[name] !== undefined && name in written.values)
      throw new InputError(`${name} is given twice: ${given[name]}, and in optimizer "${text}"; give it once`);
    return given[name] ?? (name in written.values ? Number(rates[name]) : usual);
  };
  const { lr: _, weightDecay: __, ...others } = written.values;
  return {
    optimizer: formatSpec({ name: written.name, values: others }),
    lr: rate('lr', usualRate),
    weightDecay: rate('weightDecay', Number(rates.weightDecay)),
  };
}

/** The optimisers' keys with nothing filled in: tells what was written from what was not. */
const withoutDefaults: SpecTable = Object.fromEntries(
  Object.entries(optimisers).map(([name, { keys }]) => [
    name,
    { keys: Object.fromEntries(Object.entries(keys).map(([key, { default: _, ...declared }]) => [key, declared])) },
  ]),
);

function formatSpec({ name, values }: Spec): string {
  const written = Object.entries(values).map(([key, value]) => `${key}=${value}`);
  return written.length === 0 ? name : `${name}:${written.join(',')}`;
}
