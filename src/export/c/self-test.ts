/** Ten made-up series, and what the network with the weights as they are written answers, in float64. */
import { createReferenceEngine } from '../../engine/reference/reference-engine.js';
import { answersOf } from '../answers.js';
import { evaluateNetwork } from '../evaluate-network.js';
import { madeUpSeries } from '../made-up-series.js';
import { normalisedInputs } from '../normalised.js';
import type { Source } from './header.js';
import type { SelfTest } from './programs.js';
import { withRoundedWeights } from './weights.js';

const rows = 10;
/** Numbers of the test at most, so that a file stays one that can be looked at. */
const mostNumbers = 4000;

export async function selfTestOf(source: Source): Promise<SelfTest> {
  const { network, preprocessing, temperature, weights } = source;
  const { channels, outputs, every, everyStep } = network;
  const usual = preprocessing.steps > 0 ? preprocessing.steps : 40;
  const steps = Math.max(1, Math.min(usual, Math.floor(mostNumbers / (rows * channels)), everyStep ? 20 : usual));
  const inputs = madeUpSeries(preprocessing, rows, steps);
  const stepSizes = network.timed
    ? Float32Array.from({ length: rows * steps }, (_, i) => 0.5 + 0.1 * ((i * 7) % 11))
    : null;
  const logits = await evaluateNetwork(withRoundedWeights(network, weights), createReferenceEngine(), {
    ...{ rows, steps, inputs: normalisedInputs(inputs, preprocessing) },
    ...(stepSizes === null ? {} : { stepSizes }),
  });
  const answers = answersOf(logits, preprocessing, outputs, temperature);
  const readouts = every ? steps : 1;
  const expected = Array.from({ length: rows }, (_, row) => {
    const own = answers.slice(row * readouts, (row + 1) * readouts);
    return (everyStep ? own : own.slice(-1)).flat();
  });
  return { rows, steps, inputs, stepSizes, expected };
}
