/** What a run uses where nothing was said: values that train well on that data with that model. */
import { InputError, located } from '../errors.js';
import { parseNoise } from '../noise/index.js';
import { solverNamed } from '../solvers/index.js';
import { completeSpec, parseSpec, type Spec, type SpecTable } from '../spec.js';
import { parseTask } from '../tasks/index.js';
import { modelOf } from './build.js';
import type { Configuration, GivenConfiguration, SettingName } from './configuration.js';
import { dataSettingNames } from './data-settings.js';
import { type GivenLayer, type LayerSettings, layerSettingNames } from './layer-settings.js';
import { optimisers } from './optimisers/index.js';
import type { Parts } from './parts/parts.js';
import { completeTask } from './task-settings.js';

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
 * @param parts what the settings name.
 * @throws InputError if a learning rate or weight decay is given both as a setting and as a key of the optimiser, or the
 * number of layers beside a stack of another height.
 */
export function completeConfiguration(given: GivenConfiguration, parts: Parts): Configuration {
  const data = given.data ?? 'heartbeats';
  const model = modelOf(given);
  const own = defaultsOf(data, model);
  const stack = given.stack && completeStack(given.stack, given, data, parts);
  if (stack !== undefined && given.layers !== undefined && given.layers !== stack.length)
    throw new InputError(`layers is ${given.layers}, and stack has ${stack.length}; give one of the two`);
  const { optimizer, lr, weightDecay } = completeOptimizer(given, own.lr);
  return {
    data,
    ...completeTask(given),
    ...givenOf(given, dataSettingNames),
    ...(stack === undefined ? completeLayer({ ...given, model }, data, parts) : usualLayer({ ...given, model }, stack)),
    layers: stack?.length ?? given.layers ?? 1,
    ...(stack === undefined ? {} : { stack }),
    noiseSchedule: given.noiseSchedule ?? 'constant',
    inputNoise: given.inputNoise ?? 0,
    antithetic: given.antithetic ?? false,
    regularizer: given.regularizer ?? 'none',
    normalisation: given.normalisation ?? 'auto',
    ...(given.limitTrain === undefined ? {} : { limitTrain: given.limitTrain }),
    epochs: given.epochs ?? own.epochs,
    ...completeStopping(given),
    batchSize: given.batchSize ?? own.batchSize,
    accumulate: given.accumulate ?? 1,
    lr,
    optimizer,
    weightDecay,
    schedule: given.schedule ?? 'cosine',
    ...(given.from === undefined ? {} : { from: given.from }),
    freeze: given.freeze ?? [],
    groups: given.groups ?? [],
    clip: given.clip ?? 1,
    seed: given.seed ?? 1,
    ...(given.checkpointEvery === undefined ? {} : { checkpointEvery: given.checkpointEvery }),
    engine: given.engine ?? 'auto',
    threads: given.threads ?? 'auto',
  };
}

function defaultsOf(data: string, model: string) {
  return { ...general, ...byData[data], ...byModel[model.split(':')[0]!] };
}

/** Of networks that generate: their cost grows with N³, and the noise of each unit is learned unless a scheme is given. */
const generating = { units: 16, initialState: 'learned' } as const;

/** Fills in what a layer, or all layers alike, were not given. */
function completeLayer(
  given: GivenLayer & { readonly model: string; readonly task?: string | undefined },
  data: string,
  parts: Parts,
): LayerSettings {
  const { model, solver = 'euler' } = given;
  const own = defaultsOf(data, model);
  const generates = parseTask(given.task ?? 'classify').generates !== undefined;
  const discrete = parts.cell(model).step !== undefined;
  return {
    model,
    units: given.units ?? (generates ? generating.units : own.units),
    bidirectional: given.bidirectional ?? false,
    initialState: given.initialState ?? (generates ? generating.initialState : 'zero'),
    noise: given.noise ?? (generates ? 'none' : defaultNoise(own.noise, solver, discrete)),
    step: given.step ?? 'fixed',
    delta: given.delta ?? (discrete ? 1 : own.delta),
    solver,
  };
}

/** Every layer's own settings, before them the run's, and last the defaults of its model. */
function completeStack(stack: readonly GivenLayer[], given: GivenConfiguration, data: string, parts: Parts) {
  const models = stack.map(({ model }) => model ?? modelOf(given));
  const discrete = models.map((model, index) => inLayer(index, () => parts.cell(model)).step !== undefined);
  const someHaveSteps = discrete.includes(false);
  return stack.map((layer, index) => {
    const model = models[index]!;
    const shared = pickLayer(given);
    // The run's step size is for the layers that have one, so long as there are some.
    if (someHaveSteps && discrete[index]) {
      delete shared.step;
      delete shared.delta;
    }
    return completeLayer({ ...shared, ...layer, model, task: given.task }, data, parts);
  });
}

function inLayer<Result>(index: number, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw located(error, `layer ${index + 1}`);
  }
}

/** Beside a stack the run's own settings of a layer say what was given, and else what the first layer has. */
function usualLayer(given: GivenConfiguration, [first]: readonly LayerSettings[]): LayerSettings {
  return { ...first!, ...pickLayer(given) } as LayerSettings;
}

function pickLayer(given: GivenConfiguration): GivenLayer {
  return givenOf(given, layerSettingNames);
}

/** The settings of these names that have a value. */
function givenOf<Name extends SettingName>(given: GivenConfiguration, names: readonly Name[]) {
  const entries = names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
  return Object.fromEntries(entries) as Pick<GivenConfiguration, Name>;
}

/** A solver that cannot take the model's usual noise was chosen to go without. */
function defaultNoise(usual: string | undefined, solver: string, discrete: boolean): string {
  if (usual === undefined) return 'none';
  return solverNamed(solver).refusal({ discrete, noise: parseNoise(usual) }) === null ? usual : 'none';
}

function completeStopping({ patience = 'none', minDelta }: GivenConfiguration) {
  if (patience === 'none' && minDelta !== undefined && minDelta !== 0)
    throw new InputError('minDelta says what improvement patience waits for: give patience too');
  return { patience, minDelta: minDelta ?? 0 };
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
