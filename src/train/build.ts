/** From settings to the objects that train. */
import type { Preprocessing } from '../data/index.js';
import { located } from '../errors.js';
import { buildGenerator } from '../filter/index.js';
import { buildModel, type LayerSpec, type Model, parseInitialState, parseLoss, squaredError } from '../model/index.js';
import { solverNamed } from '../solvers/index.js';
import type { Configuration, GivenConfiguration } from './configuration.js';
import { type LayerSettings, layerSettingNames } from './layer-settings.js';
import type { Parts } from './parts/parts.js';
import { taskOf } from './task-settings.js';

/** What a run's model is where nothing is said. */
export const usualModel = 'noisy';

/** The model of a run, or of its first layer. */
export function modelOf({ model, stack }: GivenConfiguration): string {
  return model ?? stack?.[0]?.model ?? usualModel;
}

/** The settings of every layer, from the one that reads the input up. */
export function layersOf(configuration: Configuration): LayerSettings[] {
  const { stack, layers } = configuration;
  const usual = Object.fromEntries(layerSettingNames.map((name) => [name, configuration[name]])) as LayerSettings;
  if (stack === undefined) return Array.from({ length: layers }, () => usual);
  return stack.map((own) => ({ ...usual, ...own }) as LayerSettings);
}

export interface ModelSizes {
  readonly inputs: number;
  readonly outputs: number;
  readonly classWeights?: readonly number[] | undefined;
}

/** What a model is for data of this kind: inputs at each step, and outputs. */
export function sizesOf({ channels, classes, targets, classWeights }: Preprocessing): ModelSizes {
  return { inputs: channels, outputs: targets?.width ?? classes.length, classWeights };
}

/**
 * @param sizes as `sizesOf` gives them.
 * @throws InputError if model, noise, solver and step do not go together.
 */
export function buildConfigured(configuration: Configuration, parts: Parts, sizes: ModelSizes): Model {
  const all = layersOf(configuration);
  const layers = all.map((settings, index) => {
    try {
      return layerSpec(settings, parts);
    } catch (error) {
      throw all.length === 1 ? error : located(error, `layer ${index + 1}`);
    }
  });
  const { inputs, outputs, classWeights } = sizes;
  const { readout, loss } = configuration;
  const { generates } = taskOf(configuration);
  if (generates !== undefined) {
    const base = buildModel({ layers, inputs: 0, outputs: inputs, readout: 'every', loss: squaredError });
    return buildGenerator(base, generates === 'classes' ? outputs : null);
  }
  return buildModel({ layers, inputs, outputs, readout, loss: parseLoss(loss, classWeights) });
}

function layerSpec(settings: LayerSettings, parts: Parts): LayerSpec {
  const { model, units, noise, solver, step, delta, bidirectional, initialState } = settings;
  return {
    cell: parts.cell(model),
    units,
    noise: parts.noise(noise),
    solver: solverNamed(solver),
    step: { kind: step, delta },
    bidirectional,
    initialState: parseInitialState(initialState),
  };
}

/** Whether some layer's cell has a drift, so that its step has a length in time. */
export function hasDrift(configuration: Configuration, parts: Parts): boolean {
  return layersOf(configuration).some(({ model }) => parts.cell(model).step === undefined);
}
