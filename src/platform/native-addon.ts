/**
 * Finds and loads the native engine's module. Node is found at run time, so that nothing of it is imported in a page:
 * there the module is simply not to be had.
 */

/** What is used of Node. */
interface NodeProcess {
  readonly platform: string;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: string): unknown;
}

interface NodeModules {
  createRequire(from: string): { (name: string): unknown; resolve(name: string): string };
}

interface NodeFileSystem {
  readFileSync(path: string): Uint8Array;
}

export interface NativeAddon {
  /** The module's exports. */
  readonly binding: unknown;
  readonly path: string;
  /** FNV-1a of the file, 32 bits. */
  readonly digest: string;
}

/** The environment variable that turns the native engine off, or names the vector instructions it is to use. */
export const nativeVariable = 'NOISY_RNN_NATIVE';

/** From the environment: `off`, the name of a set of vector instructions, or undefined. */
export function nativeChoice(): string | undefined {
  const choice = nodeProcess()?.env[nativeVariable];
  return choice === '' ? undefined : choice;
}

/**
 * A package prebuilt for this platform, or the build that `npm run build:native` made.
 * @throws Error saying why there is none, or why it does not load.
 */
export function loadNativeAddon(): NativeAddon {
  const node = nodeProcess();
  const modules = node?.getBuiltinModule?.('node:module') as NodeModules | undefined;
  if (node === undefined || modules === undefined) throw new Error('it needs Node');
  if (nativeChoice() === 'off') throw new Error(`${nativeVariable} is off`);
  const require = modules.createRequire(import.meta.url);
  const prebuilt = `noisy-rnn-native-${node.platform}-${node.arch}`;
  for (const name of [prebuilt, '../../native/build/Release/noisy_rnn.node']) {
    const path = resolved(require, name);
    if (path === null) continue;
    const files = node.getBuiltinModule?.('node:fs') as NodeFileSystem;
    return { binding: require(path), path, digest: digestOf(files.readFileSync(path)) };
  }
  throw new Error(`there is no package ${prebuilt} and no local build; make one with "npm run build:native"`);
}

function nodeProcess(): NodeProcess | undefined {
  const node = (globalThis as { process?: NodeProcess & { versions?: { node?: string } } }).process;
  return node?.versions?.node === undefined ? undefined : node;
}

function resolved(require: { resolve(name: string): string }, name: string): string | null {
  try {
    return require.resolve(name);
  } catch {
    return null;
  }
}

function digestOf(bytes: Uint8Array): string {
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value.toString(16).padStart(8, '0');
}
