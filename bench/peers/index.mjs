/** The peers: which there are, whether this machine has them, and how one is started. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const script = new URL('./torch_peer.py', import.meta.url).pathname;
const pythons = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter((path) => path !== undefined);

/** `variant-PROCESSESxTHREADS`, as in the names of contenders. */
const teams = ['1x1', '2x1'];
const variants = { noisy: ['eager', 'scripted', 'handwritten'], user: ['eager', 'scripted', 'handwritten'] };
variants.gru = ['eager', 'module', 'scripted', 'handwritten'];

export const torchVariants = (cell) => variants[cell];

/** PyTorch here: interpreter and version, or null. */
export function findTorch() {
  for (const python of pythons) {
    const probe = 'import sys, torch; print(sys.version.split()[0], torch.__version__)';
    const { status, stdout } = spawnSync(python, ['-c', probe], { encoding: 'utf8' });
    if (status !== 0) continue;
    const [version, torch] = stdout.trim().split(' ');
    return { python, versions: { python: version, torch } };
  }
  return null;
}

/** JavaScript peers, by the package that has to be installed in this folder (`npm run bench:peers`). */
const javascriptPeers = [
  {
    name: 'tfjs-wasm',
    package: '@tensorflow/tfjs-backend-wasm',
    script: new URL('./tfjs_peer.mjs', import.meta.url).pathname,
    cells: ['noisy'],
  },
  {
    name: 'jax-js',
    package: '@jax-js/jax',
    script: new URL('./jax_peer.mjs', import.meta.url).pathname,
    cells: ['noisy'],
  },
];

/** Names of all contenders there could be. */
export function peerNames() {
  const torch = Object.values(variants).flatMap((list) =>
    list.flatMap((variant) => teams.map((team) => torchName(variant, team))),
  );
  return [...new Set(torch), ...javascriptPeers.map(({ name }) => name)];
}

const torchName = (variant, team) => `torch-${variant}-${team}`;

/** Peers that cannot be measured here, or not on all of the cells, each with its reason. */
export function skippedPeers(torch, cells = []) {
  const skipped = javascriptPeers.flatMap(({ name, package: wanted, cells: own }) => {
    if (!installed(wanted)) return { name, reason: `${wanted} is not installed; "npm run bench:peers" installs it` };
    const without = cells.filter((cell) => !own.includes(cell));
    return without.length === 0 ? [] : { name, reason: `it has no runner for ${without.join(', ')}` };
  });
  if (torch === null)
    skipped.unshift({ name: 'torch', reason: `none of ${pythons.join(', ')} has PyTorch (Debian: python3-torch)` });
  return skipped;
}

/** Version of a package in this folder, or null. */
function versionOf(name) {
  try {
    const path = new URL(`./node_modules/${name}/package.json`, import.meta.url);
    return JSON.parse(readFileSync(path, 'utf8')).version;
  } catch {
    return null;
  }
}

const installed = (name) => versionOf(name) !== null;

/** Versions of the JavaScript peers that are installed, by package. */
export function javascriptVersions() {
  const versions = javascriptPeers.map(({ package: name }) => [name, versionOf(name)]);
  return Object.fromEntries(versions.filter(([, version]) => version !== null));
}

const javascriptPeersOf = (cell) =>
  javascriptPeers.filter((peer) => peer.cells.includes(cell) && installed(peer.package));

/** The JavaScript contenders for a work and mode; `problem` is the path of its JSON. */
export function javascriptContenders({ cell, mode, problem }, wanted) {
  return javascriptPeersOf(cell)
    .map(({ name, script: own }) => ({ name, command: process.execPath, args: [own, 'run', problem, mode] }))
    .filter(({ name }) => wanted === undefined || wanted.includes(name));
}

/** Loss, logits and gradients of every JavaScript peer on a problem, without noise, by name. @throws Error if one fails. */
export function checkJavascript({ cell, problem }) {
  const answers = javascriptPeersOf(cell).map(({ name, script: own }) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [own, 'check', problem], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the peer ${name} failed its check: ${stderr.trim().slice(-1000)}`);
    return [name, JSON.parse(stdout)];
  });
  return Object.fromEntries(answers);
}

/** A product of two [size, size] matrices by PyTorch's BLAS on this many threads, as a contender. */
export function torchProduct(torch, { size, threads }) {
  return {
    name: 'torch-product',
    command: torch.python,
    args: ['-B', new URL('./torch_product.py', import.meta.url).pathname, size, threads],
    environment: { OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads },
  };
}

/** All contenders of PyTorch for a work and mode; `problem` is the path of its JSON. */
export function torchContenders(torch, { cell, mode, problem }, wanted) {
  const names = variants[cell].flatMap((variant) => teams.map((team) => ({ variant, team })));
  return names
    .map(({ variant, team }) => ({
      name: torchName(variant, team),
      command: torch.python,
      args: ['-B', script, 'run', problem, mode, variant, ...team.split('x')],
    }))
    .filter(({ name }) => wanted === undefined || wanted.includes(name));
}

/** Losses, logits and gradients of every variant on a problem, by name. @throws Error if the peer fails. */
export function checkTorch(torch, { cell, problem, noisy }) {
  const { status, stdout, stderr } = spawnSync(
    torch.python,
    ['-B', script, 'check', problem, noisy ? 'noisy' : 'quiet', ...variants[cell]],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw new Error(`the PyTorch peer failed its check: ${stderr.trim().slice(-1000)}`);
  return JSON.parse(stdout);
}
