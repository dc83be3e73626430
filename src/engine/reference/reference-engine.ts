import { entriesOf, evaluateNode, type Node, topological } from '../../graph/index.js';
import { outputsOf, type Phase, type Program, type Requests } from '../../program/index.js';
import { fillNoise } from '../../random/index.js';
import { checkInputs, type Signature } from '../check-inputs.js';
import { compiled } from '../compiled.js';
import type { Engine, Kernel, RunInputs, RunOutputs } from '../engine.js';
import { type SharedStage, sharedStage } from '../shared-stage.js';

/** The engine that defines the meaning of programs: float64, one thread, no tricks. */
export function createReferenceEngine(): Engine {
  return {
    name: 'reference',
    precision: 'float64',
    threads: 1,
    build: 'reference-1',
    compile: (program, requests) => compile(program, requests),
    close: async () => {},
  };
}

function compile(whole: Program, requests: Requests): Kernel {
  const { program, signature } = compiled(whole, requests);
  const stages: Stages = {
    prepare: sharedStage(program.prepare, { overwrites: true }),
    finish: sharedStage(program.finish),
  };
  return {
    program,
    run: async (inputs) => {
      checkInputs(inputs, signature);
      return run(program, stages, signature, requests, inputs);
    },
  };
}

interface Stages {
  readonly prepare: SharedStage;
  readonly finish: SharedStage;
}

interface Memory {
  readonly inputs: RunInputs;
  readonly shared: Record<string, { shape: readonly number[]; data: Float64Array }>;
  readonly carries: Map<string, Float64Array>;
  /** [steps][rows, width] */
  readonly sequences: Map<string, Float64Array>;
}

function run(
  program: Program,
  stages: Stages,
  signature: Signature,
  requests: Requests,
  inputs: RunInputs,
): RunOutputs {
  const { rows, steps } = inputs;
  const shared = { ...inputs.parameters, ...stages.prepare(inputs.parameters) };
  const carries = new Map<string, Float64Array>();
  for (const [name, width] of signature.carries) {
    const initial = inputs.carries?.[name];
    carries.set(name, initial === undefined ? new Float64Array(rows * width) : Float64Array.from(initial));
  }
  const sequences = new Map<string, Float64Array>();
  for (const [name, width] of signature.given)
    sequences.set(name, swapRowsAndSteps(Float64Array.from(inputs.sequences![name]!), rows, steps, width));
  for (const [name, width] of signature.written) sequences.set(name, new Float64Array(steps * rows * width));
  const memory: Memory = { inputs, shared, carries, sequences };
  for (const part of program.phases) runPhase(part, memory);

  const requested = <T>(names: readonly string[] | undefined, get: (name: string) => T) =>
    Object.fromEntries((names ?? []).map((name) => [name, get(name)]));
  return {
    carries: requested(requests.carries, (name) => carries.get(name)!),
    sequences: requested(requests.sequences, (name) => {
      const width = signature.written.get(name) ?? signature.given.get(name)!;
      return swapRowsAndSteps(sequences.get(name)!, steps, rows, width);
    }),
    shared: stages.finish(shared),
  };
}

function runPhase(part: Phase, memory: Memory): void {
  const { rows, steps } = memory.inputs;
  const nodes = topological(outputsOf(part));
  const values = new Map<Node, Float64Array>();
  for (const node of nodes) values.set(node, new Float64Array(entriesOf(node, rows)));
  for (const [name, node] of Object.entries(part.accumulators))
    memory.shared[name] ??= { shape: node.shape, data: new Float64Array(entriesOf(node, rows)) };
  const count = part.kind === 'once' ? 1 : steps;
  for (let visit = 0; visit < count; visit++) {
    const step = part.reverse ? count - 1 - visit : visit;
    for (const node of nodes) {
      const out = values.get(node)!;
      if (node.op === 'input') out.set(leafValue(node.attributes, step, out.length, memory));
      else if (node.op === 'noise') draw(node, step, out, memory.inputs);
      else
        evaluateNode(
          node,
          node.args.map((arg) => values.get(arg)!),
          out,
          rows,
        );
    }
    for (const [name, node] of Object.entries(part.sequences))
      memory.sequences.get(name)!.set(values.get(node)!, step * values.get(node)!.length);
    for (const [name, node] of Object.entries(part.accumulators)) {
      const total = memory.shared[name]!.data;
      const term = values.get(node)!;
      for (let i = 0; i < total.length; i++) total[i]! += term[i]!;
    }
    for (const [name, node] of Object.entries(part.carries)) memory.carries.get(name)!.set(values.get(node)!);
  }
}

function leafValue(leaf: { role: string; name: string }, step: number, length: number, memory: Memory): Float64Array {
  if (leaf.role === 'carry') return memory.carries.get(leaf.name)!;
  if (leaf.role === 'shared') return memory.shared[leaf.name]!.data;
  return memory.sequences.get(leaf.name)!.subarray(step * length, (step + 1) * length);
}

function draw(node: Node & { op: 'noise' }, step: number, out: Float64Array, { noise, rows }: RunInputs): void {
  const { distribution, stream, rate } = node.attributes;
  const units = node.shape[0]!;
  const { key, samples, firstStep = 0, sign = 1 } = noise!;
  for (let row = 0; row < rows; row++) {
    const at = { key, stream, step: firstStep + step, sample: samples[row]!, units, sign, rate };
    fillNoise(distribution, at, out, row * units);
  }
}

/** [a, b, width] → [b, a, width] */
function swapRowsAndSteps(values: Float64Array, a: number, b: number, width: number): Float64Array {
  const swapped = new Float64Array(values.length);
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++) {
      const from = (i * b + j) * width;
      swapped.set(values.subarray(from, from + width), (j * a + i) * width);
    }
  return swapped;
}
