/**
 * Noise as something to differentiate by. Every draw of a program is replaced by its mean, and the deviation from the
 * mean takes the place of a tangent: the draw's own deviation, or values given from outside.
 */
import { add, constant, input, multiply, type Node, noise, substitute, subtract, topological } from '../graph/index.js';
import { mapPhase, outputsOf, type Phase, type Program, sequence, tangentName } from './program.js';
import { tangentProgram } from './tangent.js';

export type NoiseNode = Node & { readonly op: 'noise' };

/** One leaf for each stream a program draws from. */
export function drawsOf(program: Program): NoiseNode[] {
  const found = new Map<number, NoiseNode>();
  for (const part of program.phases)
    for (const node of topological(outputsOf(part))) if (node.op === 'noise') found.set(node.attributes.stream, node);
  return [...found.values()].sort((a, b) => a.attributes.stream - b.attributes.stream);
}

/** Mean and variance of one unit of a draw. */
export function momentsOf({ attributes: { distribution, rate } }: NoiseNode): { mean: number; variance: number } {
  if (distribution === 'normal') return { mean: 0, variance: 1 };
  if (distribution === 'uniform') return { mean: 0.5, variance: 1 / 12 };
  return { mean: 1 - rate, variance: rate * (1 - rate) };
}

function replaceDraws(program: Program, replacement: (leaf: NoiseNode) => Node): Program {
  const replace = (node: Node) => (node.op === 'noise' ? replacement(node) : undefined);
  return {
    ...program,
    phases: program.phases.map((part) => mapPhase(part, (outputs) => substitute(outputs, replace))),
  };
}

const meanOfDraw = (leaf: NoiseNode): Node => constant(momentsOf(leaf).mean, leaf.shape, 'row');
/** A draw less its mean. */
export const deviationsOf = (leaf: NoiseNode): Node => subtract(leaf, momentsOf(leaf).mean);

/** The program along its mean path: every draw replaced by its mean. */
export function atMeanNoise(program: Program): Program {
  return replaceDraws(program, meanOfDraw);
}

/** The program with the deviation of every draw from its mean multiplied by a factor: noise of another strength. */
export function withScaledNoise(program: Program, factor: number): Program {
  return replaceDraws(program, (leaf) => add(meanOfDraw(leaf), multiply(factor, deviationsOf(leaf))));
}

/** A tangent leaf is written as a draw from a stream of its own until the draws themselves are replaced. */
const tangentStreams = 2 ** 26;

const tangentLeaf = (leaf: Node): Node | undefined => {
  if (leaf.op !== 'noise' || leaf.attributes.stream >= tangentStreams) return undefined;
  const { distribution, stream, rate } = leaf.attributes;
  return noise(distribution, stream + tangentStreams, leaf.shape[0]!, rate);
};

/** Deviations drawn like the noise itself, or given as the sequences `noiseInputName(stream)`. */
export type Deviations = 'drawn' | 'given';

export const noiseInputName = (stream: number): string => `deviation#${stream}`;

function settleDraws(program: Program, deviations: Deviations): Program {
  return replaceDraws(program, (leaf) => {
    const { distribution, stream, rate } = leaf.attributes;
    if (stream < tangentStreams) return meanOfDraw(leaf);
    const own = stream - tangentStreams;
    if (deviations === 'given') return sequence(noiseInputName(own), leaf.shape[0]!);
    return deviationsOf(noise(distribution, own, leaf.shape[0]!, rate) as NoiseNode);
  });
}

/** First derivative along the noise, at the mean path; values are named `tangentName(name, along)`. */
export function noiseTangent(program: Program, deviations: Deviations): Program {
  return settleDraws(tangentProgram(program, { label: along, noise: tangentLeaf }), deviations);
}

const along = 'n';
const twin = 'm';
/** Names of the first and second derivative of a value along the noise. */
export const firstName = (name: string): string => tangentName(name, along);
export const secondName = (name: string): string => tangentName(firstName(name), twin);

/**
 * Second derivative along one direction of the noise (and of the carries named), at the mean path, in forward mode:
 * loss has the derivative ξᵀ∇²_ηℓ ξ. The tangent of the tangent in the same direction: the two first-order tangents are
 * equal, so one is dropped, which leaves three values where the program had one, and no tape.
 */
export function secondDerivative(program: Program, deviations: Deviations, carries: readonly string[] = []): Program {
  const first = tangentProgram(program, { label: along, noise: tangentLeaf, carries });
  // A carry's second derivative may enter from outside too.
  const moving = [...carries, ...carries.map(firstName)];
  const second = tangentProgram(first, { label: twin, noise: tangentLeaf, carries: moving });
  const isTwin = (name: string) => name.endsWith(tangentName('', twin)) && !name.endsWith(secondName(''));
  const untwinned = (node: Node) => {
    if (node.op !== 'input' || !isTwin(node.attributes.name)) return undefined;
    const { role, name } = node.attributes;
    return input(role, firstName(name.slice(0, -tangentName('', twin).length)), node.shape);
  };
  const without = (nodes: Phase['carries']) =>
    Object.fromEntries(Object.entries(nodes).filter(([name]) => !isTwin(name)));
  const merged: Program = {
    ...second,
    phases: second.phases.map((part) =>
      mapPhase({ ...part, carries: without(part.carries), sequences: without(part.sequences) }, (outputs) =>
        substitute(outputs, untwinned),
      ),
    ),
  };
  return settleDraws(merged, deviations);
}
