import type { Engine } from '../../engine/engine.js';
import { multiply, type Node, type Tensors } from '../../graph/index.js';
import { type Batch, bind, type Model, variantOf } from '../../model/index.js';
import {
  adjointProgram,
  deviationsOf,
  drawsOf,
  firstName,
  noiseAdjointName,
  noiseTangent,
} from '../../program/index.js';
import { type Estimate, meanOf, type Progress } from '../estimate.js';
import { cut, pathOf } from '../paths.js';
import { commonScale } from './scale.js';
import type { ProbeOptions } from './stochastic.js';

export interface Contributions {
  /** Part of P + Q carried by the noise of each step, [steps]; they sum to the total. */
  readonly steps: readonly Estimate[];
  /** Part carried by each noise input, by stream (layer · 256 + channel), [units] each. */
  readonly units: Readonly<Record<number, readonly Estimate[]>>;
  readonly total: Estimate;
}

/** Values of one noise sequence held at a time. */
const mostEntries = 2 ** 22;

/**
 * Which steps and units carry the regulariser: the diagonal of the noise Hessian, estimated by ξ ⊙ ∇²_ηℓ ξ with the
 * product from the tangent of the adjoint (forward over reverse), at most six gradients a probe.
 */
export async function regulariserContributions(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  options: ProbeOptions = {},
): Promise<Contributions> {
  const { probes = 16, seed = 0, progress } = options;
  const forward = model.program({ noisy: true, ...variantOf(batch), loss: true });
  const draws = drawsOf(forward);
  const tangent = noiseTangent(adjointProgram(forward, { noise: true }), 'drawn');
  const nameOf = (stream: number) => firstName(noiseAdjointName(stream));
  const weigh = (sequences: Readonly<Record<string, Node>>) => {
    const weighed: Record<string, Node> = { ...sequences };
    for (const leaf of draws) {
      const name = nameOf(leaf.attributes.stream);
      if (weighed[name] !== undefined) weighed[name] = multiply(weighed[name], deviationsOf(leaf));
    }
    return weighed;
  };
  const program = { ...tangent, phases: tangent.phases.map((part) => ({ ...part, sequences: weigh(part.sequences) })) };
  const written = new Set(program.phases.flatMap((part) => Object.keys(part.sequences)));
  const present = draws.filter((leaf) => written.has(nameOf(leaf.attributes.stream)));
  const kernel = engine.compile(program, { sequences: present.map((leaf) => nameOf(leaf.attributes.stream)) });
  const widest = Math.max(1, ...draws.map((leaf) => leaf.shape[0]!));
  const chunks = cut(batch, Math.max(1, Math.floor(mostEntries / (batch.steps * widest))));
  const square = commonScale(model) ** 2;

  const bySteps: Float64Array[] = [];
  const byUnits = new Map(present.map((leaf) => [leaf.attributes.stream, [] as Float64Array[]]));
  const report: Progress = progress ?? (() => {});
  for (let probe = 0; probe < probes; probe++) {
    const steps = new Float64Array(batch.steps);
    const units = new Map(present.map((leaf) => [leaf.attributes.stream, new Float64Array(leaf.shape[0]!)]));
    let first = 0;
    for (const chunk of chunks) {
      const noise = pathOf(seed, probe, chunk.rows, first);
      first += chunk.rows;
      const outputs = await kernel.run({ ...bind(model, chunk, true), parameters, noise });
      // `bind` weighs each row by 1/chunk rows; the mean is over all rows.
      const weight = chunk.rows / batch.rows / square;
      for (const leaf of present) {
        const { stream } = leaf.attributes;
        const own = units.get(stream)!;
        const values = outputs.sequences[nameOf(stream)]!;
        for (let i = 0; i < values.length; i++) {
          const term = weight * values[i]!;
          own[i % own.length]! += term;
          steps[Math.floor(i / own.length) % batch.steps]! += term;
        }
      }
    }
    bySteps.push(steps);
    for (const [stream, own] of units) byUnits.get(stream)!.push(own);
    report(probe + 1, probes);
  }
  const columns = (rows: readonly Float64Array[]) =>
    [...(rows[0] ?? [])].map((_, column) =>
      meanOf(
        rows.map((row) => row[column]!),
        seed,
      ),
    );
  return {
    steps: columns(bySteps),
    units: Object.fromEntries([...byUnits].map(([stream, rows]) => [stream, columns(rows)])),
    total: meanOf(
      bySteps.map((steps) => steps.reduce((sum, own) => sum + own, 0)),
      seed,
    ),
  };
}
