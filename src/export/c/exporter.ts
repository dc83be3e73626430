import { openEngine } from '../../engine/open-engine.js';
import { InputError } from '../../errors.js';
import { temperatureOf } from '../../train/load-run.js';
import { describeNetwork } from '../describe.js';
import type { ExportContext, ExportedFile, Exporter } from '../exporter.js';
import { networkOf } from '../network.js';
import { type RoundingLoss, roundingLoss, validationData } from '../validation.js';
import { stateBytes } from './header.js';
import { selfTestOf } from './self-test.js';
import { checkPrefix } from './text.js';
import { bytesOf, type WeightType, weightTypes, withRoundedWeights } from './weights.js';
import { sourceOf, writeExample, writeHeader } from './write.js';

/** One C99 header without dependencies: see `docs/interop.md`. */
export const c: Exporter = {
  description: 'one C99 header, with an example and a self-test, for microcontrollers',
  settings: ['prefix', 'weights', 'calibrated'],
  create: async (context) => {
    const { run, settings, version, horizon } = context;
    const prefix = checkPrefix(settings.prefix ?? 'noisy_rnn');
    const weights = checkWeights(settings.weights);
    const temperature = temperatureOf(run, settings.calibrated);
    const network = networkOf(run);
    const source = sourceOf({ network, preprocessing: run.preprocessing, prefix, weights, temperature });
    const loss = weights === 'float32' ? null : await lossOf(context, weights);
    const kept = [...network.weights.values()].filter(({ orthogonal }) => orthogonal && weights !== 'float32');
    const notes = [
      ...(horizon === null ? [] : [horizon.sentence]),
      ...(loss === null ? [] : [lossText(weights, loss)]),
      ...kept.map(({ name }) => `${name} must stay orthogonal and is written as float32.`),
    ];
    const by = `Written by noisy-rnn${version === undefined ? '' : ` ${version}`}.`;
    const selfTest = await selfTestOf(source);
    const text = writeHeader({ source, selfTest, about: [describeNetwork(run), by, ...notes] });
    const [header, example] = placesFor(context.out, prefix);
    const files: [ExportedFile, ExportedFile] = [
      { path: header, content: text },
      { path: example, content: writeExample(source, header.split(/[\\/]/).at(-1)!) },
    ];
    const { multiplyAdds, cheap, expensive } = source.plan.cost;
    const flash = bytesOf(network, weights);
    const ram = stateBytes(source);
    return {
      files,
      result: {
        ...{ format: 'c', files: files.map(({ path }) => path), bytes: text.length, prefix, weights },
        ...{ flashBytes: flash, ramBytes: ram, operationsPerStep: { multiplyAdds, cheap, expensive } },
        ...(loss === null ? {} : { quantisation: loss }),
        ...(horizon === null ? {} : { stream: horizon }),
      },
      lines: [
        `C99, prefix ${prefix}, weights ${weights}, ${text.length} bytes; example: ${example}`,
        `flash   ${flash} bytes of constants`,
        `RAM     ${ram} bytes a series or stream`,
        `a step  ${multiplyAdds} multiply-adds, ${cheap} other operations, ${expensive} calls such as tanh and exp`,
        ...notes,
      ],
    };
  },
};

function checkWeights(given: string | undefined): WeightType {
  const found = weightTypes.find((type) => type === (given ?? 'float32'));
  if (found === undefined) throw new InputError(`--weights: got "${given}", expected ${weightTypes.join(', ')}`);
  return found;
}

/** A header as it is called, or a folder. */
function placesFor(out: string, prefix: string): [string, string] {
  const named = /^(.*)\.(h|c)$/.exec(out);
  if (named !== null) return [out, `${named[1]}_example.c`];
  const folder = out.replace(/[\\/]+$/, '');
  return [`${folder}/${prefix}.h`, `${folder}/${prefix}_example.c`];
}

async function lossOf({ run, files }: ExportContext, type: WeightType): Promise<RoundingLoss | string> {
  const engine = await openEngine('auto', 1);
  try {
    const data = await validationData(run, files);
    return await roundingLoss(run, data, engine, (network) => withRoundedWeights(network, type));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.message;
  } finally {
    await engine.close();
  }
}

function lossText(weights: WeightType, loss: RoundingLoss | string): string {
  if (typeof loss === 'string') return `What ${weights} weights cost was not measured: ${loss}.`;
  const { metric, before, after, count, largestDifference } = loss;
  const name = metric === 'accuracy' ? 'accuracy' : 'mean squared error';
  return (
    `With ${weights} weights the ${name} on ${count} validation rows is ${after.toPrecision(4)} (float32 ${before.toPrecision(4)}); ` +
    `the largest difference of ${metric === 'accuracy' ? 'a probability' : 'a value in standard deviations'} is ${largestDifference.toExponential(1)}.`
  );
}
