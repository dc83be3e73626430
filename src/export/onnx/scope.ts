/** A graph of an ONNX file while it is written: nodes, names that are unique in the whole file, constants in one place. */
import type { Attribute, StoredTensor } from './messages.js';
import { nodeMessage } from './messages.js';
import type { Fields } from './protobuf.js';

/** What all graphs of a file share. */
interface File {
  readonly names: Set<string>;
  readonly tensors: Map<string, StoredTensor>;
}

type Attributes = Readonly<Record<string, Attribute>>;

export class Scope {
  readonly nodes: Fields[] = [];
  private readonly file: File;

  constructor(file: File = { names: new Set(), tensors: new Map() }) {
    this.file = file;
  }

  /** A body of a node of this graph: it may read this graph's values. */
  body(): Scope {
    return new Scope(this.file);
  }

  get tensors(): StoredTensor[] {
    return [...this.file.tensors.values()];
  }

  /** The wanted name, with a number after it if it is taken: runtimes refuse a node called like another graph's value. */
  fresh(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.file.names.has(name); number++) name = `${wanted}_${number}`;
    this.file.names.add(name);
    return name;
  }

  /** Adds an operation of one result, called like what it makes. */
  node(operator: string, inputs: readonly string[], wanted: string, how: Attributes = {}, description = ''): string {
    const [name] = this.operation(operator, inputs, [wanted], how, description);
    return name!;
  }

  operation(
    operator: string,
    inputs: readonly string[],
    wanted: readonly string[],
    attributes: Attributes = {},
    description = '',
  ): string[] {
    const outputs = wanted.map((name) => this.fresh(name));
    const name = this.fresh(`${operator}.${outputs[0]}`);
    this.nodes.push(nodeMessage({ operator, inputs, outputs, name, attributes, description }));
    return outputs;
  }

  /** Gives a value the exact name that users of the file are promised, reserved by `fresh` before. */
  publish(value: string, name: string): void {
    const operation = { operator: 'Identity', inputs: [value], outputs: [name], name: this.fresh(`Identity.${name}`) };
    this.nodes.push(nodeMessage(operation));
  }

  /** A stored tensor under a name of its own; one that is stored already is not stored again. */
  store(tensor: StoredTensor): string {
    const known = this.file.tensors.get(tensor.name);
    if (known !== undefined) return known.name;
    const name = this.fresh(tensor.name);
    this.file.tensors.set(tensor.name, { ...tensor, name });
    return name;
  }

  number(value: number): string {
    return this.store({ name: `number ${value}`, shape: [1], values: Float32Array.of(value) });
  }

  numbers(name: string, values: ArrayLike<number>): string {
    return this.store({ name, shape: [values.length], values: Float32Array.from(values) });
  }

  integers(...values: number[]): string {
    const name = `integers ${values.join(' ')}`;
    return this.store({ name, shape: [values.length], values: BigInt64Array.from(values.map(BigInt)) });
  }
}

export const integerAttribute = (value: number): Attribute => ({ kind: 'integer', value });
export const integersAttribute = (...value: number[]): Attribute => ({ kind: 'integers', value });
