/**
 * The messages of an ONNX file, with the field numbers of `onnx.proto` (https://github.com/onnx/onnx, onnx/onnx.proto).
 * Operator set 17 and file version 8: what runtimes since 2022 read.
 */
import { bytes, type Fields, float, integer, joined, message, text } from './protobuf.js';

export const operatorSet = 17;
const fileVersion = 8;

/** An extent, or the name of one that is not known before a run. */
export type Extent = number | string;
export type ElementType = 'float' | 'int64' | 'string';
const elementTypes: Readonly<Record<ElementType, number>> = { float: 1, int64: 7, string: 8 };

export interface ValueInfo {
  readonly name: string;
  readonly shape: readonly Extent[];
  readonly type: ElementType;
  readonly description?: string;
}

export type Attribute =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'integers'; readonly value: readonly number[] }
  | { readonly kind: 'graph'; readonly value: Fields };

export interface Operation {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly description?: string;
}

export function nodeMessage({ operator, inputs, outputs, name, attributes = {}, description = '' }: Operation): Fields {
  return [
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    text(3, name),
    text(4, operator),
    ...Object.entries(attributes).map(([key, value]) => message(5, attributeMessage(key, value))),
    text(6, description),
  ];
}

function attributeMessage(name: string, attribute: Attribute): Fields {
  const type = (number: number) => integer(20, number);
  switch (attribute.kind) {
    case 'float':
      return [text(1, name), float(2, attribute.value), type(1)];
    case 'integer':
      return [text(1, name), integer(3, attribute.value), type(2)];
    case 'integers':
      return [text(1, name), ...attribute.value.map((value) => integer(8, value)), type(7)];
    case 'graph':
      return [text(1, name), message(6, attribute.value), type(5)];
  }
}

export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array | readonly string[];
  readonly description?: string;
}

export function tensorMessage({ name, shape, values, description = '' }: StoredTensor): Fields {
  const head = (type: ElementType) => [...shape.map((extent) => integer(1, extent)), integer(2, elementTypes[type])];
  const tail = [text(8, name), text(12, description)];
  if (values instanceof Float32Array || values instanceof BigInt64Array)
    return [...head(values instanceof Float32Array ? 'float' : 'int64'), ...tail, bytes(9, littleEndian(values))];
  // An empty string is a value here, not a field left out.
  return [...head('string'), ...values.map((value) => bytes(6, new TextEncoder().encode(value))), ...tail];
}

function littleEndian(values: Float32Array | BigInt64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.byteLength));
  if (values instanceof Float32Array) for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  else for (const [i, value] of values.entries()) view.setBigInt64(8 * i, value, true);
  return new Uint8Array(view.buffer);
}

function valueMessage({ name, shape, type, description = '' }: ValueInfo): Fields {
  const extents = shape.map((extent) =>
    message(1, typeof extent === 'number' ? [integer(1, extent)] : [text(2, extent)]),
  );
  const tensorType = [integer(1, elementTypes[type]), message(2, extents)];
  return [text(1, name), message(2, [message(1, tensorType)]), text(3, description)];
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly Fields[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly tensors?: readonly StoredTensor[];
  readonly description?: string;
}

export function graphMessage({ name, nodes, inputs, outputs, tensors = [], description = '' }: Graph): Fields {
  return [
    ...nodes.map((node) => message(1, node)),
    text(2, name),
    ...tensors.map((tensor) => message(5, tensorMessage(tensor))),
    text(10, description),
    ...inputs.map((value) => message(11, valueMessage(value))),
    ...outputs.map((value) => message(12, valueMessage(value))),
  ];
}

/** A whole file. */
export function modelFile(graph: Graph, version: string, metadata: Readonly<Record<string, string>>): Uint8Array {
  return joined([
    integer(1, fileVersion),
    text(2, 'noisy-rnn'),
    text(3, version),
    text(6, graph.description ?? ''),
    message(7, graphMessage(graph)),
    message(8, [integer(2, operatorSet)]),
    ...Object.entries(metadata).map(([key, value]) => message(14, [text(1, key), text(2, value)])),
  ]);
}
