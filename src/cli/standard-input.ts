/** Data that come through a pipe, as a file that is there once. */
import type { Files } from '../platform/files.js';

/** What `--input -` stands for. */
export const STANDARD_INPUT = '-';

/** The files with one more, and its path: its ending tells the format that the bytes begin with. */
export async function withStandardInput(
  files: Files,
  stream: AsyncIterable<Uint8Array> = process.stdin,
): Promise<{ readonly files: Files; readonly path: string }> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  const bytes = Buffer.concat(parts);
  const path = `standard input.${endingOf(bytes)}`;
  return {
    path,
    files: {
      ...files,
      kind: async (other) => (other === path ? 'file' : files.kind(other)),
      read: async (other) => (other === path ? bytes : files.read(other)),
    },
  };
}

function endingOf(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  if (start.startsWith('PK')) return 'npz';
  if (start === 'PAR1') return 'parquet';
  if (start === '\x93NUM') return 'npy';
  const text = new TextDecoder().decode(bytes.subarray(0, 4096));
  const first = text.split('\n').find((line) => line.trim() !== '' && !/^[#%]/.test(line.trim())) ?? '';
  if (/^\s*@relation\b/i.test(first)) return 'arff';
  return /^\s*@/.test(first) ? 'ts' : 'csv';
}
