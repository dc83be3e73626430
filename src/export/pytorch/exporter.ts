import { temperatureOf } from '../../train/load-run.js';
import { encodeRunFile } from '../../train/run-file.js';
import { describeNetwork } from '../describe.js';
import type { Exporter } from '../exporter.js';
import { networkOf } from '../network.js';
import { writeModule } from './module.js';

/** A PyTorch module in one file, its weights beside it: see `docs/interop.md`. */
export const pytorch: Exporter = {
  description: 'a readable PyTorch module with its safetensors beside it, noise included',
  settings: ['calibrated'],
  create: ({ run, settings, out, version, horizon }) => {
    // What cannot leave as a network is refused as there.
    networkOf(run);
    const [file, weights] = placesFor(out);
    const { path: _, model, ...document } = run;
    const text = writeModule({
      run,
      weights: weights.split(/[\\/]/).at(-1)!,
      temperature: temperatureOf(run, settings.calibrated),
      about: [
        describeNetwork(run),
        ...(horizon === null ? [] : [horizon.sentence]),
        `Written by noisy-rnn${version === undefined ? '' : ` ${version}`}.`,
      ],
    });
    const shapes = Object.fromEntries(Object.entries(model.parameters).map(([name, { shape }]) => [name, shape]));
    return {
      files: [
        { path: file, content: text },
        { path: weights, content: encodeRunFile(run.parameters, document) },
      ],
      result: {
        format: 'pytorch',
        files: [file, weights],
        bytes: new TextEncoder().encode(text).length,
        tensors: shapes,
      },
      lines: [
        `a PyTorch module; its weights: ${weights}`,
        'in Python, from the same folder: model = load(); logits = model(x), x [rows, steps, channels]',
      ],
    };
  },
};

/** A module as it is called, or a folder. */
function placesFor(out: string): [string, string] {
  const named = /^(.*)\.py$/.exec(out);
  if (named !== null) return [out, `${named[1]}.safetensors`];
  const folder = out.replace(/[\\/]+$/, '');
  return [`${folder}/model.py`, `${folder}/model.safetensors`];
}
