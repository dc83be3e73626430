/** ../shared/golden/noisy-rnn-pytorch: the published model, its batch, and PyTorch's numbers for them. */
import { existsSync, readFileSync } from 'node:fs';
import { noisyCell } from '../../src/cells/index.js';
import { fromPublished } from '../../src/interop/published.js';
import { readSafetensors } from '../../src/interop/safetensors.js';
import { buildModel } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { solverNamed } from '../../src/solvers/index.js';

const folder = new URL('../../../shared/golden/noisy-rnn-pytorch/', import.meta.url);

export const goldenPresent = existsSync(folder);

export function loadGolden() {
  const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'));
  const { tensors } = readSafetensors(readFileSync(new URL('weights.safetensors', folder)));
  const { parameters, sizes } = fromPublished(tensors);
  const { beta, gammaA, gammaW, B: rows, M: steps } = expected.config;
  const model = buildModel({
    layers: [
      {
        cell: noisyCell({ beta, gammaA, gammaW }),
        units: sizes.units,
        noise: parseNoise('none'),
        solver: solverNamed('euler'),
        step: { kind: 'learned', delta: 0.01 },
      },
    ],
    inputs: sizes.inputs,
    outputs: sizes.outputs,
    readout: 'last',
  });
  const batch = { rows, steps, inputs: Float64Array.from(expected.inputs.flat(2)), labels: expected.labels };
  return { expected, model, parameters, batch };
}
