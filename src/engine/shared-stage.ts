/**
 * Stages of shared values (a program's `prepare` and `finish`), in float64 on every engine. A stage runs once for every
 * batch: what depends on constants alone is computed the first time, and values that only the stage reads share buffers.
 */
import { entriesOf, evaluateNode, type Node, numberArgument, type Tensors, topological } from '../graph/index.js';
import type { Nodes } from '../program/index.js';

/** @throws Error if an input is not among the known values. */
export type SharedStage = (known: Tensors) => Tensors;

export interface StageOptions {
  /** Whether results are the stage's own buffers, overwritten by its next call, rather than the caller's to keep. */
  readonly overwrites?: boolean;
}

/** Prepares the evaluation of expressions over shared values. */
export function sharedStage(outputs: Nodes, { overwrites = false }: StageOptions = {}): SharedStage {
  const results = Object.entries(outputs);
  let stage: Stage | undefined;
  return (known) => {
    // Made by the first call: a program may be compiled, to plan its memory, and never run.
    stage ??= planStage(
      results.map(([, node]) => node),
      overwrites,
    );
    const { values, copied } = stage;
    for (const step of stage.steps) step(known);
    return Object.fromEntries(
      results.map(([name, node]) => {
        const data = values.get(node)!;
        return [name, { shape: node.shape, data: copied.has(node) ? data.slice() : data }];
      }),
    );
  };
}

interface Stage {
  readonly steps: readonly ((known: Tensors) => void)[];
  /** Constants and buffers for good; inputs and results as of the last call. */
  readonly values: Map<Node, Float64Array>;
  /** Results that are not the caller's own until they are copied. */
  readonly copied: ReadonlySet<Node>;
}

function planStage(outputs: readonly Node[], overwrites: boolean): Stage {
  const order = topological(outputs);
  const results = new Set(outputs);
  const fixed = fixedAmong(order);
  const values = fixedValues(order, fixed, results);
  const buffers = shareBuffers(order, (node) => node.op !== 'input' && !fixed.has(node) && !results.has(node));
  const steps: Stage['steps'][number][] = [];
  for (const node of order) {
    if (node.op === 'input') steps.push((known) => values.set(node, givenValue(node.attributes.name, known)));
    else if (!fixed.has(node)) {
      const buffer = buffers.get(node) ?? (overwrites ? bufferFor(node) : undefined);
      steps.push(() => {
        const out = buffer ?? bufferFor(node);
        evaluateNode(
          node,
          node.args.map((arg) => values.get(arg) ?? unread),
          out,
          1,
        );
        values.set(node, out);
      });
    }
  }
  return {
    steps,
    values,
    copied: new Set(overwrites ? [] : outputs.filter((node) => node.op === 'input' || fixed.has(node))),
  };
}

/** What stands for the array of a number, which is not read. */
const unread = new Float64Array(0);

function givenValue(name: string, known: Tensors): Float64Array {
  const value = known[name];
  if (value === undefined) throw new Error(`shared value ${name} was not computed or given`);
  return value.data;
}

const bufferFor = (node: Node) => new Float64Array(entriesOf(node, 1));

/** Nodes that depend on constants alone. */
function fixedAmong(order: readonly Node[]): Set<Node> {
  const fixed = new Set<Node>();
  for (const node of order) if (node.op !== 'input' && node.args.every((arg) => fixed.has(arg))) fixed.add(node);
  return fixed;
}

/** The values of those of them that others read, or that are results. */
function fixedValues(order: readonly Node[], fixed: ReadonlySet<Node>, results: ReadonlySet<Node>) {
  const all = new Map<Node, Float64Array>();
  const wanted = new Set<Node>(results);
  for (const node of order)
    if (fixed.has(node)) {
      const out = bufferFor(node);
      evaluateNode(
        node,
        node.args.map((arg) => all.get(arg)!),
        out,
        1,
      );
      all.set(node, out);
    } else for (const [side, arg] of node.args.entries()) if (side !== numberArgument(node)) wanted.add(arg);
  return new Map([...all].filter(([node]) => wanted.has(node)));
}

/** Buffers for values that only the stage reads: after its last reader a value's buffer is the next one's. */
function shareBuffers(order: readonly Node[], inner: (node: Node) => boolean): Map<Node, Float64Array> {
  const lastReader = new Map<Node, Node>();
  for (const node of order) for (const arg of node.args) lastReader.set(arg, node);
  const buffers = new Map<Node, Float64Array>();
  const free: Float64Array[] = [];
  for (const node of order) {
    if (inner(node)) {
      const index = free.findIndex((buffer) => buffer.length === entriesOf(node, 1));
      buffers.set(node, index < 0 ? bufferFor(node) : free.splice(index, 1)[0]!);
    }
    for (const arg of new Set(node.args)) {
      const buffer = buffers.get(arg);
      if (buffer !== undefined && lastReader.get(arg) === node) free.push(buffer);
    }
  }
  return buffers;
}
