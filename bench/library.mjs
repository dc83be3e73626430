/** The package's own build, from dist/ or from the folder that NOISY_RNN_DIST names. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '..');
export const distFolder = resolve(process.env.NOISY_RNN_DIST ?? join(root, 'dist'));

/** Everything the benches use of the package, as one object. */
export async function loadLibrary() {
  if (!existsSync(join(distFolder, 'index.js')))
    throw new Error(`${distFolder} holds no build of the package; run "npm run build" first`);
  const load = (path) => import(pathToFileURL(join(distFolder, path)).href);
  const [core, node, program, graph, { createOptimiser }, { createWasmEngine }] = await Promise.all(
    [
      ...['index.js', 'node.js', 'program/index.js', 'graph/index.js'],
      ...['train/optimisers/index.js', 'engine/wasm/wasm-engine.js'],
    ].map(load),
  );
  /** An engine by name; `wasm-plain` is the build without relaxed multiply-add, `native-avx2` names a set of kernels. */
  const openBuild = (name, threads) => {
    const [engine, build] = name.split('-');
    if (name === 'wasm-plain') return createWasmEngine({ threads, variant: build });
    if (engine === 'native' && build !== undefined) process.env.NOISY_RNN_NATIVE = build;
    else if (build !== undefined) throw new Error(`there is no build ${build} of the engine ${engine}`);
    return core.openEngine(engine, threads);
  };
  return { ...core, ...node, program, graph, createOptimiser, openBuild };
}
