/**
 * A run as an ONNX file: raw units in, probabilities and labels (or values in raw units) out. Normalisation, the rule for
 * missing values, the network, softmax and the labels' texts are all in the file.
 */
import { InputError } from '../../errors.js';
import { temperatureOf } from '../../train/load-run.js';
import { taskOf } from '../../train/task-settings.js';
import { type Network, networkOf } from '../network.js';
import type { ExportableRun } from '../run.js';
import { writeAnswers } from './answers.js';
import { writeInputs } from './inputs.js';
import { type Extent, modelFile, operatorSet, type ValueInfo } from './messages.js';
import { metadataOf } from './metadata.js';
import { type OnnxForm, type OnnxOptions, onnxForms } from './options.js';
import { writeStep, writeSteps } from './phases.js';
import { Scope } from './scope.js';

export interface OnnxFile {
  readonly bytes: Uint8Array;
  readonly form: OnnxForm;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly Extent[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly Extent[] }[];
  readonly opset: number;
}

/** The bytes of the file. @throws as `createOnnx`. */
export function toOnnx(run: ExportableRun, options: OnnxOptions = {}): Uint8Array {
  return createOnnx(run, options).bytes;
}

/**
 * @throws InputError for the step form of a model that reads its series backwards too, lengths of a single step, or a
 * run without a temperature that is to be calibrated.
 */
export function createOnnx(run: ExportableRun, options: OnnxOptions = {}): OnnxFile {
  const { form = 'batch', calibrated = false, about = {} } = options;
  if (!onnxForms.includes(form))
    throw new InputError(`unknown form "${form}" of an ONNX file; known: ${onnxForms.join(', ')}`);
  const { model, preprocessing } = run;
  const lengths = options.lengths ?? (form === 'batch' && trainedOnUnevenRows(run));
  if (lengths && form === 'step')
    throw new InputError('form step reads one time step of every row: lengths do not go with it; leave --lengths out');
  const temperature = temperatureOf({ ...run, path: 'the run' }, calibrated);
  const network = networkOf(run, { masked: lengths });
  if (form !== 'batch' && network.bidirectional)
    throw new InputError(
      `form ${form}: the model reads its series backwards too, so that it cannot answer before the last step is known; export --form batch`,
    );
  const scope = new Scope();
  const given = writeInputs(network, preprocessing, { form, lengths }, scope);
  const target = { scope, weights: network.weights, rowCount: given.rowCount };
  const places = given.places;
  if (form === 'step') writeStep(network.phases, target, places);
  else writeSteps(network.phases, target, places);
  const outputs = writeAnswers(network, preprocessing, { form, temperature, places, lengths: given.lengths }, scope);
  if (form !== 'batch') outputs.push(...nextState(network, places, scope));
  const told = metadataOf(run, network, { form, temperature, calibrated, ...about });
  const bytes = modelFile(
    {
      name: model.spec.layers.map(({ cell }) => cell.name).join(' '),
      nodes: scope.nodes,
      inputs: given.inputs,
      outputs,
      tensors: scope.tensors,
      description: told.sentence,
    },
    about.version ?? '',
    told.metadata,
  );
  const shown = (values: readonly ValueInfo[]) => values.map(({ name, shape }) => ({ name, shape }));
  return { bytes, form, inputs: shown(given.inputs), outputs: shown(outputs), opset: operatorSet };
}

/** Any length is fine where a run was imported or forecasts, too; rows of one length each time need no lengths. */
function trainedOnUnevenRows({ preprocessing, settings, origin }: ExportableRun): boolean {
  return preprocessing.steps === 0 && origin !== 'imported' && taskOf(settings).horizons === null;
}

/** The state after the last step, to be given to the next run. */
function nextState({ state }: Network, places: { carries: Map<string, string> }, scope: Scope): ValueInfo[] {
  return Object.entries(state).map(([name, width]): ValueInfo => {
    const out = scope.fresh(`${name}_next`);
    scope.publish(places.carries.get(name)!, out);
    return { name: out, shape: ['rows', width], type: 'float', description: `give it as ${name} to the next run` };
  });
}
