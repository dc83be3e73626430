import { parse } from 'yaml';
import { InputError } from '../errors.js';

/** YAML, and JSON, which is YAML. @throws InputError for bytes that are not UTF-8, or no YAML. */
export function parseYaml(content: Uint8Array | string, path: string): unknown {
  try {
    const text = typeof content === 'string' ? content : new TextDecoder('utf-8', { fatal: true }).decode(content);
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    throw new InputError(`${path}: not readable as YAML or JSON: ${error instanceof Error ? error.message : error}`);
  }
}
