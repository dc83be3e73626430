import { type Node, topological } from './node.js';

/** A short expression for error messages: `matmul(W, h)`; deep arguments are cut to `…`. */
export function describe(node: Node, depth = 2): string {
  switch (node.op) {
    case 'input':
      return node.attributes.name;
    case 'constant':
      return typeof node.attributes.value === 'number' ? `${node.attributes.value}` : 'constant';
    case 'noise':
      return `noise#${node.attributes.stream}`;
    default: {
      const name = node.op === 'elementwise' ? node.attributes.name : node.op;
      if (depth === 0) return `${name}(…)`;
      return `${name}(${node.args.map((arg) => describe(arg, depth - 1)).join(', ')})`;
    }
  }
}

/** The name, space and shape of a node: `matmul(W, h): row [64]`. */
export function signature(node: Node): string {
  return `${describe(node)}: ${node.space} [${node.shape}]`;
}

/** A listing of the whole graph, one node a line in topological order. */
export function print(outputs: Readonly<Record<string, Node>>): string {
  const nodes = topological(Object.values(outputs));
  const index = new Map(nodes.map((node, position) => [node, position]));
  const lines = nodes.map((node, position) => {
    const args = node.args.map((arg) => `%${index.get(arg)}`).join(', ');
    return `%${position} = ${node.args.length === 0 ? describe(node) : `${describe(node, 0).replace('(…)', '')}(${args})`} : ${node.space} [${node.shape}]`;
  });
  for (const [name, node] of Object.entries(outputs)) lines.push(`${name} = %${index.get(node)}`);
  return lines.join('\n');
}
