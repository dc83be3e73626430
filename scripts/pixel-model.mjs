/** The Noisy RNN of the published pixel-by-pixel experiments: 128 units, a learned step, one input, ten classes. */
import { parseCell } from '../dist/cells/index.js';
import { buildModel } from '../dist/model/index.js';
import { parseNoise } from '../dist/noise/index.js';
import { solverNamed } from '../dist/solvers/index.js';

const layer = {
  cell: parseCell('noisy'),
  units: 128,
  noise: parseNoise('published:mult=0.02,add=0.02'),
  solver: solverNamed('euler'),
  step: { kind: 'learned', delta: 0.01 },
};

export const pixelModel = () => buildModel({ layers: [layer], inputs: 1, outputs: 10, readout: 'last' });
