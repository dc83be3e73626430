import { InputError } from '../errors.js';
import { toPublished } from '../interop/published.js';
import { usedParts } from '../train/parts/collect.js';
import { encodeRunFile } from '../train/run-file.js';
import type { Exporter } from './exporter.js';

const exportNames = ['own', 'published'] as const;

/** The weights as float32; under our own names also settings, preprocessing and labels, so that `loadRun` takes it whole. */
export const safetensors: Exporter = {
  description: 'the weights, and under our own names the whole run, for loadRun',
  settings: ['names'],
  create: ({ run, settings: { names = 'own' }, out }) => {
    if (names !== 'own' && names !== 'published')
      throw new InputError(`unknown names "${names}"; known: ${exportNames.join(', ')}`);
    const { path: _, model: __, parts, parameters, ...document } = run;
    const named = names === 'published' ? toPublished(parameters) : parameters;
    const shapes = Object.fromEntries(Object.entries(named).map(([name, { shape }]) => [name, shape]));
    return {
      files: [
        { path: out, content: encodeRunFile(named, document, names === 'own', usedParts(document.settings, parts)) },
      ],
      result: { format: 'safetensors', tensors: shapes },
      lines: Object.entries(shapes).map(([name, shape]) => `${name} [${shape.join(', ')}]`),
    };
  },
};
