// Builds the native engine, native/build/Release/noisy_rnn.node, from native/ with node-gyp. Where Node's headers stand
// beside the running Node they are used; elsewhere node-gyp downloads them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const prefix = resolve(dirname(process.execPath), '..');
const require = createRequire(import.meta.url);

function locateNodeGyp() {
  try {
    return require.resolve('node-gyp/bin/node-gyp.js');
  } catch {
    throw new Error('node-gyp is not installed; run "npm ci" first');
  }
}

/** node-gyp calls g++ unless told otherwise. */
function compilers() {
  const has = (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
  if (process.platform === 'win32' || process.env.CXX !== undefined || has('g++') || !has('clang++')) return {};
  return { CC: 'clang', CXX: 'clang++' };
}

const headers = existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : [];
const { status, error } = spawnSync(
  process.execPath,
  [locateNodeGyp(), 'rebuild', '--directory', join(root, 'native'), '--loglevel=warn', ...headers],
  { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...compilers() } },
);
if (error !== undefined || status !== 0) {
  console.error(
    'The native engine was not built. It needs Python 3, make and a C++17 compiler (g++ or clang++; Visual Studio on\n' +
      "Windows), and Node's headers. Without it the package works as before, on its WebAssembly engine.",
  );
  process.exit(1);
}
const binding = require(join(root, 'native', 'build', 'Release', 'noisy_rnn.node'));
console.log(
  `native engine built; this processor runs: ${binding
    .sets()
    .map(({ name }) => name)
    .join(', ')}`,
);
