import { InputError } from '../errors.js';
import { sizeOf } from '../graph/tensor.js';
import { type Dtype, elementTypes, isDtype } from './safetensors-types.js';

export interface HeaderEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Bytes from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Record<string, string>;
  /** Where the tensors' bytes start in the file. */
  readonly dataStart: number;
}

/** The reference implementation's bound: no honest header comes near it. */
const longestHeader = 100_000_000;

/**
 * Reads and checks everything before the tensors' bytes: that the header is JSON of the prescribed form without
 * repeated keys, and that the tensors fill the rest of the file exactly, without holes or overlap.
 * @throws InputError saying what came and what was expected.
 */
export function readHeader(bytes: Uint8Array): Header {
  const length = headerLength(bytes);
  const dataStart = 8 + length;
  const root = parseJson(bytes.subarray(8, dataStart));
  const metadata: [string, string][] = [];
  const entries: HeaderEntry[] = [];
  for (const [name, value] of Object.entries(root)) {
    if (name !== '__metadata__') entries.push(readEntry(name, value));
    else
      for (const [key, text] of Object.entries(asObject(value, '__metadata__'))) {
        if (typeof text !== 'string') fail(`metadata "${key}" is ${show(text)}, expected a string`);
        metadata.push([key, text]);
      }
  }
  checkLayout(entries, bytes.length - dataStart);
  return { entries, metadata: Object.fromEntries(metadata), dataStart };
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 8) fail(`the file has ${bytes.length} bytes, expected at least 8 (the header's length)`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  if (length > BigInt(longestHeader))
    fail(`a header of ${length} bytes is announced, expected at most ${longestHeader}`);
  if (length > BigInt(bytes.length - 8))
    fail(`a header of ${length} bytes is announced, but only ${bytes.length - 8} follow; the file may be cut short`);
  return Number(length);
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) fail('the header does not begin with "{"');
  let text: string;
  let root: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    root = JSON.parse(text);
  } catch (error) {
    return fail(`the header is not JSON in UTF-8 (${error instanceof Error ? error.message : String(error)})`);
  }
  refuseRepeatedKeys(text);
  return asObject(root, 'the header');
}

/**
 * JSON.parse keeps the last of two equal keys in silence; the format forbids them. The text is valid JSON already, so
 * a string followed by a colon is a key of the innermost open object. (A regular expression for strings would run out
 * of stack on a very long one.)
 */
function refuseRepeatedKeys(text: string): void {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{') open.push(new Set());
    else if (character === '}') open.pop();
    else if (character === '"') {
      const start = at;
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
      let next = at + 1;
      while (' \t\r\n'.includes(text[next] ?? '.')) next++;
      if (text[next] !== ':') continue;
      const key = String(JSON.parse(text.slice(start, at + 1)));
      if (open.at(-1)?.has(key)) fail(`the header has the key "${key}" twice`);
      open.at(-1)?.add(key);
    }
  }
}

function readEntry(name: string, value: unknown): HeaderEntry {
  const where = `tensor "${name}"`;
  const { dtype, shape, data_offsets: offsets, ...others } = asObject(value, where);
  const surplus = Object.keys(others)[0];
  if (surplus !== undefined) fail(`${where} has "${surplus}", expected only dtype, shape and data_offsets`);
  if (!isDtype(dtype))
    fail(`${where} has dtype ${show(dtype)}, expected one of ${Object.keys(elementTypes).join(', ')}`);
  if (!isCounts(shape)) fail(`${where} has shape ${show(shape)}, expected a list of whole numbers, 0 or more`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[1]! < offsets[0]!)
    fail(`${where} has data_offsets ${show(offsets)}, expected [begin, end] with 0 <= begin <= end`);
  const begin = offsets[0]!;
  const end = offsets[1]!;
  const needed = sizeOf(shape) * elementTypes[dtype].bytes;
  if (end - begin !== needed)
    fail(`${where} has ${end - begin} bytes, expected ${needed} for ${dtype} of shape [${shape.join(', ')}]`);
  return { name, dtype, shape, begin, end };
}

function checkLayout(entries: HeaderEntry[], available: number): void {
  let position = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== position)
      fail(
        `tensor "${name}" begins at byte ${begin}, expected ${position}: ${begin > position ? 'a hole' : 'an overlap'}`,
      );
    position = end;
  }
  if (position !== available) {
    const cause = available < position ? 'the file may be cut short' : 'the file has surplus bytes';
    fail(`the header describes ${position} bytes of tensors, but ${available} follow it; ${cause}`);
  }
}

function asObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    fail(`${where} is ${show(value)}, expected an object`);
  return value as Record<string, unknown>;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

/** A value of the file for a message: shortened, and nothing nested (JSON.stringify recurses, and can overflow). */
function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return 'an object';
  const text = Array.isArray(value)
    ? `[${value.slice(0, 8).map((item) => (typeof item === 'object' && item !== null ? '…' : JSON.stringify(item)))}${value.length > 8 ? ',…' : ''}]`
    : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Every complaint about a safetensors file. */
export function fail(problem: string): never {
  throw new InputError(`not a usable safetensors file: ${problem}`);
}
