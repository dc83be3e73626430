import { temperatureOf } from '../../train/load-run.js';
import { describeNetwork } from '../describe.js';
import type { Exporter } from '../exporter.js';
import { planLoops } from '../loops/plan.js';
import { networkOf } from '../network.js';
import { writeModule } from './module.js';

/** One ES module for pages that load nothing else: see `docs/interop.md`. */
export const js: Exporter = {
  description: 'one ES module without dependencies, for pages and servers',
  settings: ['calibrated'],
  create: ({ run, settings, out, version, horizon }) => {
    const network = networkOf(run);
    const text = writeModule({
      ...{ network, plan: planLoops(network), preprocessing: run.preprocessing },
      temperature: temperatureOf(run, settings.calibrated),
      about: [
        describeNetwork(run),
        ...(horizon === null ? [] : [horizon.sentence]),
        `Written by noisy-rnn${version === undefined ? '' : ` ${version}`}.`,
      ],
    });
    const numbers = [...network.weights.values()].reduce((total, { data }) => total + data.length, 0);
    const bytes = new TextEncoder().encode(text).length;
    const code = bytes - Math.ceil((numbers * 4) / 3) * 4;
    const exports = network.bidirectional ? ['predict'] : ['predict', 'step', 'initialState', 'stream'];
    return {
      files: [{ path: out, content: text }],
      result: { format: 'js', bytes, exports },
      lines: [
        `an ES module of ${bytes} bytes, ${code} of them beside the weights; exports ${exports.join(', ')}`,
        ...(horizon === null ? [] : [horizon.sentence]),
      ],
    };
  },
};
