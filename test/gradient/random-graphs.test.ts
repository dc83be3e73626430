/**
 * Derivatives of random smooth graphs: tangents against central differences, reverse against forward, and closure:
 * tangents of tangents, tangents of adjoints, adjoints of tangents. Fixed seed, so that a failure repeats.
 */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { input, jvp, mergeEqual, type Node, print, vjp } from '../../src/graph/index.js';
import { generatorOf, randomLike, valuesOf } from '../support/graph-values.js';
import { along, differentiate, dot, relativeError } from '../support/numbers.js';
import { type RandomGraph, randomGraphs } from '../support/random-graphs.js';

const rows = 2;
const settings = { seed: 20211206, numRuns: 150 };
const leafLike = (node: Node, name: string) => input(node.space === 'shared' ? 'shared' : 'carry', name, node.shape);

/** A graph with values, two directions v and w for its leaves, and cotangents for its outputs. */
function prepare({ leaves, outputs }: RandomGraph) {
  const generator = generatorOf(23);
  const values = new Map<Node, Float64Array>();
  const draw = (node: Node) => {
    values.set(node, randomLike(node, rows, generator, true));
    return node;
  };
  for (const leaf of leaves) draw(leaf);
  const v = new Map(leaves.map((leaf) => [leaf, draw(leafLike(leaf, 'v'))]));
  const w = new Map(leaves.map((leaf) => [leaf, draw(leafLike(leaf, 'w'))]));
  const cotangents = outputs.map((output) => draw(leafLike(output, 'cotangent')));
  /** Leaves displaced by t in the direction w. */
  const displaced = (t: number) => {
    const moved = new Map(values);
    for (const leaf of leaves) moved.set(leaf, along(values.get(leaf)!, t, values.get(w.get(leaf)!)!));
    return moved;
  };
  const at = (nodes: readonly (Node | undefined)[], like: readonly Node[], bindings = values) => {
    const present = nodes.filter((node) => node !== undefined);
    const found = valuesOf(present, bindings, rows);
    let next = -1;
    return nodes.map((node, index) => {
      if (node !== undefined) next += 1;
      return node === undefined ? new Float64Array(values.get(like[index]!)!.length) : found[next]!;
    });
  };
  return { leaves, outputs, values, v, w, cotangents, displaced, at };
}

const join = (parts: readonly Float64Array[]) => Float64Array.from(parts.flatMap((part) => [...part]));

function require(ok: boolean, message: string, { outputs }: RandomGraph): void {
  if (!ok) throw new Error(`${message}\n${print({ row: outputs[0]!, matrix: outputs[1]! })}`);
}

async function requireDerivative(
  found: Float64Array,
  of: (t: number) => Float64Array,
  graph: RandomGraph,
): Promise<void> {
  const { value, error } = await differentiate(async (t) => ({ y: of(t) }));
  require(error.y! < 1e-6, `the differences have not converged: ${error.y}`, graph);
  const off = relativeError(found, value.y!);
  require(off < 1e-6, `relative error ${off}`, graph);
}

const property = (check: (graph: RandomGraph) => void | Promise<void>) =>
  fc.assert(
    fc.asyncProperty(randomGraphs, async (graph) => check(graph)),
    settings,
  );

describe('random graphs', () => {
  it('have the tangents of central differences', () =>
    property(async (graph) => {
      const { outputs, w, at, cotangents, displaced } = prepare(graph);
      const tangents = jvp(outputs, (node) => w.get(node));
      await requireDerivative(
        join(at(tangents, cotangents)),
        (t) => join(at(outputs, cotangents, displaced(t))),
        graph,
      );
    }));

  it('satisfy ⟨ȳ, J ẋ⟩ = ⟨Jᵀ ȳ, ẋ⟩', () =>
    property((graph) => {
      const { leaves, outputs, values, v, cotangents, at } = prepare(graph);
      const forward = at(
        jvp(outputs, (node) => v.get(node)),
        cotangents,
      );
      const backward = at(vjp(outputs, cotangents, leaves), leaves);
      const left = forward.reduce((total, part, i) => total + dot(part, values.get(cotangents[i]!)!), 0);
      const right = backward.reduce((total, part, i) => total + dot(part, values.get(v.get(leaves[i]!)!)!), 0);
      require(Math.abs(left - right) <= 1e-11 * (1 + Math.abs(left)), `${left} against ${right}`, graph);
    }));

  it('have tangents of tangents', () =>
    property(async (graph) => {
      const { outputs, v, w, at, cotangents, displaced } = prepare(graph);
      const first = jvp(outputs, (node) => v.get(node));
      const present = first.map((node, index) => node ?? outputs[index]!);
      const second = jvp(present, (node) => w.get(node));
      await requireDerivative(join(at(second, cotangents)), (t) => join(at(present, cotangents, displaced(t))), graph);
    }));

  it('have tangents of adjoints, which are symmetric', () =>
    property(async (graph) => {
      const { leaves, outputs, values, v, w, cotangents, at, displaced } = prepare(graph);
      const gradient = vjp(outputs, cotangents, leaves);
      const along = (direction: ReadonlyMap<Node, Node>) => {
        const present = gradient.filter((node) => node !== undefined);
        const tangents = jvp(present, (node) => direction.get(node));
        let next = -1;
        return gradient.map((node) => {
          if (node !== undefined) next += 1;
          return node === undefined ? undefined : tangents[next];
        });
      };
      const Hw = at(along(w), leaves);
      await requireDerivative(join(Hw), (t) => join(at(gradient, leaves, displaced(t))), graph);
      const pair = (product: readonly Float64Array[], direction: ReadonlyMap<Node, Node>) =>
        product.reduce((total, part, i) => total + dot(part, values.get(direction.get(leaves[i]!)!)!), 0);
      const [left, right] = [pair(Hw, v), pair(at(along(v), leaves), w)];
      require(Math.abs(left - right) <= 1e-10 * (1 + Math.abs(left)), `vᵀHw ${left}, wᵀHv ${right}`, graph);
    }));

  it('have adjoints of tangents that equal tangents of adjoints', () =>
    property((graph) => {
      const { leaves, outputs, v, cotangents, at } = prepare(graph);
      const tangents = jvp(outputs, (node) => v.get(node));
      const kept = tangents.flatMap((node, index) => (node === undefined ? [] : [[node, cotangents[index]!] as const]));
      const adjointOfTangent = at(
        vjp(
          kept.map(([node]) => node),
          kept.map(([, cotangent]) => cotangent),
          leaves,
        ),
        leaves,
      );
      const gradient = vjp(outputs, cotangents, leaves);
      for (const [index, node] of gradient.entries()) {
        const tangent = node && jvp([node], (leaf) => v.get(leaf))[0];
        const [expected] = at([tangent], [leaves[index]!]);
        const off = relativeError(adjointOfTangent[index]!, expected!);
        require(off < 1e-9, `leaf ${index}: relative error ${off}`, graph);
      }
    }));

  it('mean the same once equal subexpressions are merged', () =>
    property((graph) => {
      const { leaves, outputs, cotangents, at } = prepare(graph);
      const gradient = vjp(outputs, cotangents, leaves);
      const present = gradient.flatMap((node, index) => (node === undefined ? [] : [[node, leaves[index]!] as const]));
      const nodes = present.map(([node]) => node);
      const like = present.map(([, leaf]) => leaf);
      const [before, after] = [at(nodes, like), at(mergeEqual(nodes), like)];
      for (const [index, values] of before.entries())
        require(relativeError(after[index]!, values) < 1e-12, 'merging changed a value', graph);
    }));
});
