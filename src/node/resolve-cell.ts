/** Cells by name, and a user's own cells from modules on disk. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Cell, parseCell } from '../cells/index.js';
import { InputError } from '../errors.js';

/** Whether a `model` setting names a module rather than a built-in cell. */
export function isModulePath(model: string): boolean {
  return /\.[cm]?js$/.test(model);
}

/** @throws InputError for an unknown cell, or a module that cannot be loaded or whose default export is no cell. */
export async function resolveNodeCell(model: string): Promise<Cell> {
  if (!isModulePath(model)) return parseCell(model);
  const path = resolve(model);
  let loaded: { default?: unknown };
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`model ${model}: the module cannot be loaded: ${reason}`);
  }
  const cell = loaded.default;
  if (!isCell(cell))
    throw new InputError(`model ${model}: its default export is not a cell; write "export default defineCell({ … })"`);
  return cell;
}

function isCell(value: unknown): value is Cell {
  const keys = ['name', 'state', 'parameters'];
  return typeof value === 'object' && value !== null && keys.every((key) => key in value);
}
