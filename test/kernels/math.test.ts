import { beforeAll, describe } from 'vitest';
import { buildNames, COMPILING, type Instance, loadKernels } from './kernels.js';
import { mathSuite } from './math-suite.js';

const most = 200_000;
const exported = {
  ...{ tanh: 'mapTanh', exp: 'mapExp', log: 'mapLog', sigmoid: 'mapSigmoid', softplus: 'mapSoftplus' },
  ...{ sin: 'mapSin', cos: 'mapCos' },
};

describe.each(buildNames)('%s build', (build) => {
  let instance: Instance;
  let address: number;

  beforeAll(async () => {
    instance = await loadKernels(build);
    address = instance.reserve(most);
  }, COMPILING);

  mathSuite((name, values) => {
    const count = Math.ceil(values.length / 4) * 4;
    instance.floats(address, values.length).set(values);
    instance.kernels[exported[name]]!(address, count);
    return instance.floats(address, values.length).slice();
  });
});
