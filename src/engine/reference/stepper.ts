/**
 * One time step at a time, for live streams: the float64 meaning of each node, with parameters prepared once and every
 * buffer made once. A call of a batch engine writes program and weights into its memory each time, which is nothing beside
 * a batch and everything beside one step of one row.
 */
import { InputError } from '../../errors.js';
import { entriesOf, evaluateNode, type Node, type Tensors, topological } from '../../graph/index.js';
import { outputsOf, type Phase, type Program, type Requests } from '../../program/index.js';
import { signatureOf } from '../check-inputs.js';
import { compiled } from '../compiled.js';
import type { Values } from '../engine.js';
import { sharedStage } from '../shared-stage.js';

export type NamedValues = Readonly<Record<string, Values>>;

export interface Stepped {
  /** Requested carries after the step, [rows, width] each; the stepper's own buffers, overwritten by its next call. */
  readonly carries: Readonly<Record<string, Float64Array>>;
  /** Requested sequences at this step, as the carries. */
  readonly sequences: Readonly<Record<string, Float64Array>>;
}

/** Takes the carries before the step and this step's entry of every given sequence, [rows, width] each. */
export type Stepper = (rows: number, carries: NamedValues, sequences: NamedValues) => Stepped;

/**
 * @param requests the carries wanted back; those that are given to the next step must be among them.
 * @throws InputError for a program that needs later steps (a reverse scan) or draws noise.
 */
export function createStepper(whole: Program, requests: Requests, parameters: Tensors): Stepper {
  const { program, signature } = compiled(whole, requests);
  if (program.phases.some(({ reverse }) => reverse))
    throw new InputError('the model reads its sequence backwards too: it cannot answer before the last step is known');
  if (signature.drawsNoise) throw new InputError('a program that draws noise cannot be stepped');
  const shared = { ...parameters, ...sharedStage(program.prepare)(parameters) };
  const plans = new Map<number, Plan>();
  return (rows, carries, sequences) => {
    let plan = plans.get(rows);
    if (plan === undefined) {
      plan = planFor(program, requests, shared, rows);
      plans.set(rows, plan);
    }
    for (const name of Object.keys(plan.carries)) {
      const given = carries[name];
      if (given === undefined) plan.carries[name]!.fill(0);
      else plan.carries[name]!.set(given);
    }
    for (const name of plan.given) plan.sequences[name]!.set(sequences[name]!);
    for (const run of plan.phases) run();
    return plan.outputs;
  };
}

interface Plan {
  readonly carries: Record<string, Float64Array>;
  readonly sequences: Record<string, Float64Array>;
  /** Sequences that no phase writes. */
  readonly given: readonly string[];
  readonly phases: readonly (() => void)[];
  readonly outputs: Stepped;
}

function planFor(program: Program, requests: Requests, shared: Tensors, rows: number): Plan {
  const { carries: widths, given, written } = signatureOf(program);
  const buffers = (of: Iterable<readonly [string, number]>) =>
    Object.fromEntries([...of].map(([name, width]) => [name, new Float64Array(rows * width)]));
  const carries = buffers(widths);
  const sequences = buffers([...given, ...written]);
  const leaf = ({ role, name }: { role: string; name: string }): Float64Array =>
    role === 'carry' ? carries[name]! : role === 'sequence' ? sequences[name]! : shared[name]!.data;
  const phases = program.phases.map((part) => compilePhase(part, rows, leaf));
  const pick = (from: Record<string, Float64Array>, names: readonly string[] = []) =>
    Object.fromEntries(names.map((name) => [name, from[name]!]));
  const outputs = { carries: pick(carries, requests.carries), sequences: pick(sequences, requests.sequences) };
  return { carries, sequences, given: [...given.keys()], phases, outputs };
}

type Leaf = (attributes: { role: string; name: string }) => Float64Array;

function compilePhase(part: Phase, rows: number, leaf: Leaf): () => void {
  const values = new Map<Node, Float64Array>();
  const moving = new Set<Node>();
  const work: (() => void)[] = [];
  for (const node of topological(outputsOf(part))) {
    if (node.op === 'input') {
      values.set(node, leaf(node.attributes));
      if (node.attributes.role !== 'shared') moving.add(node);
      continue;
    }
    const out = new Float64Array(entriesOf(node, rows));
    const args = node.args.map((arg) => values.get(arg)!);
    values.set(node, out);
    const compute = () => evaluateNode(node, args, out, rows);
    if (node.args.some((arg) => moving.has(arg))) {
      moving.add(node);
      work.push(compute);
    } else compute();
  }
  // Carries are all read before any is written: one that is another's new value as it is needs a copy first.
  const writes = [
    ...Object.entries(part.sequences).map(([name, node]) => ({ to: leaf({ role: 'sequence', name }), node })),
    ...Object.entries(part.carries).map(([name, node]) => ({ to: leaf({ role: 'carry', name }), node })),
  ].map(({ to, node }) => ({ to, from: values.get(node)!, held: node.op === 'input' ? to.slice() : null }));
  return () => {
    for (const compute of work) compute();
    for (const { from, held } of writes) held?.set(from);
    for (const { to, from, held } of writes) to.set(held ?? from);
  };
}
