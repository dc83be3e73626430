/** From settings to the objects that train. */
import { cells as builtIn, type Cell, parseCell } from '../cells/index.js';
import type { Preprocessing } from '../data/index.js';
import { InputError, located } from '../errors.js';
import { buildModel, type LayerSpec, type Model, parseInitialState, parseLoss } from '../model/index.js';
import { parseNoise } from '../noise/index.js';
import { solverNamed } from '../solvers/index.js';
import type { Configuration, GivenConfiguration } from './configuration.js';
import { type LayerSettings, layerSettingNames } from './layer-settings.js';

/** Finds the cell that a `model` setting names. The command line's also loads a user's modules. */
export type CellResolver = (model: string) => Cell | Promise<Cell>;

export const builtInCells: CellResolver = parseCell;

/**
 * Finds a caller's own cells by their names. A run that knows one under another name, such as the path of a module, finds
 * it too where there is but one.
 * @throws InputError for two cells of one name.
 */
export function preferring(own: readonly Cell[], otherwise: CellResolver): CellResolver {
  for (const cell of own)
    if (own.some((other) => other.name === cell.name && other !== cell))
      throw new InputError(`two cells are called "${cell.name}"; give each a name of its own`);
  const [only] = new Set(own).size === 1 ? own : [];
  return (model) => {
    const named = own.find((cell) => cell.name === model);
    if (named !== undefined) return named;
    return only === undefined || Object.hasOwn(builtIn, model.split(':')[0]!) ? otherwise(model) : only;
  };
}

/** The cells of a run by the names its settings give them. */
export type Cells = (model: string) => Cell;

/** What a run's model is where nothing is said. */
export const usualModel = 'noisy';

/** The model of a run, or of its first layer. */
export function modelOf({ model, stack }: GivenConfiguration): string {
  return model ?? stack?.[0]?.model ?? usualModel;
}

/** Finds every cell that the settings name. @throws InputError as the resolver, naming the layer. */
export async function resolveCells(given: GivenConfiguration, resolve: CellResolver): Promise<Cells> {
  const found = new Map<string, Cell>();
  const names = given.stack?.map(({ model }) => model ?? modelOf(given)) ?? [modelOf(given)];
  for (const [index, name] of names.entries())
    if (!found.has(name)) {
      try {
        found.set(name, await resolve(name));
      } catch (error) {
        throw names.length === 1 ? error : located(error, `layer ${index + 1}`);
      }
    }
  return (model) => {
    const cell = found.get(model);
    if (cell === undefined) throw new Error(`the cell of model "${model}" was not resolved`);
    return cell;
  };
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
export function buildConfigured(configuration: Configuration, cells: Cells, sizes: ModelSizes): Model {
  const all = layersOf(configuration);
  const layers = all.map((settings, index) => {
    try {
      return layerSpec(settings, cells);
    } catch (error) {
      throw all.length === 1 ? error : located(error, `layer ${index + 1}`);
    }
  });
  const { inputs, outputs, classWeights } = sizes;
  const { readout, loss } = configuration;
  return buildModel({ layers, inputs, outputs, readout, loss: parseLoss(loss, classWeights) });
}

function layerSpec(settings: LayerSettings, cells: Cells): LayerSpec {
  const { model, units, noise, solver, step, delta, bidirectional, initialState } = settings;
  return {
    cell: cells(model),
    units,
    noise: parseNoise(noise),
    solver: solverNamed(solver),
    step: { kind: step, delta },
    bidirectional,
    initialState: parseInitialState(initialState),
  };
}

/** Whether some layer's cell has a drift, so that its step has a length in time. */
export function hasDrift(configuration: Configuration, cells: Cells): boolean {
  return layersOf(configuration).some(({ model }) => cells(model).step === undefined);
}

/** Whether the model draws any noise in training. */
export function drawsNoise(model: Model): boolean {
  return model.spec.layers.some(({ noise }) => noise.name !== 'none' && noise.scale !== 0);
}
