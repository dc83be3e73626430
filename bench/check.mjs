/**
 * Whether the peers compute what we compute. Without noise: loss, logits and every gradient on the same weights, to 1e-4
 * of the reference engine's. With strong noise: the variants of the peer, which draw alike, to 1e-4 of each other; and
 * the mean gradient and the logits' spread over many rows to a tenth of ours (sampling errors are about a fiftieth; a term
 * left out of the noise's path would be a quarter). `node bench/check.mjs` prints what it found.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLibrary } from './library.mjs';
import { checkJavascript, checkTorch, findTorch, skippedPeers } from './peers/index.mjs';
import { makeProblem, serialise } from './works.mjs';

const strongNoise = { noisy: { mult: 0.5, add: 0.1, delta: 0.2 }, user: { add: 0.2, delta: 0.3 } };
const exact = 1e-4;
const statistical = 0.1;

/** @returns a finding a comparison: cell, kind, peer, largest relative error and of what, tolerance. */
export async function checkPeers(library, torch, cells) {
  const folder = mkdtempSync(join(tmpdir(), 'noisy-rnn-bench-'));
  const engines = [library.createReferenceEngine(), await library.openEngine('auto', 1)];
  const context = { library, torch, folder, engines };
  try {
    const findings = [];
    for (const cell of cells) {
      findings.push(...(await compareNoiseFree(context, { cell, units: 24, steps: 20, batch: 10 })));
      if (torch !== null && strongNoise[cell] !== undefined)
        findings.push(...(await compareNoisy(context, { cell, units: 16, steps: 12, batch: 4096 })));
    }
    return findings;
  } finally {
    rmSync(folder, { recursive: true });
    for (const engine of engines) await engine.close();
  }
}

/** @throws Error naming the first finding beyond its tolerance. */
export function assertAgreement(findings) {
  const bad = findings.find(({ error, tolerance }) => !(error <= tolerance));
  if (bad === undefined) return;
  const { peer, cell, kind, what, error, tolerance } = bad;
  throw new Error(
    `${peer} computes something else: ${cell}, ${kind}, ${what}: relative error ${error.toExponential(1)}, at most ${tolerance}`,
  );
}

async function compareNoiseFree({ library, torch, folder, engines: [reference, fast] }, work) {
  const { cell } = work;
  const problem = makeProblem(library, work, { large: true });
  const path = write(folder, problem);
  const expected = await evaluate(library, reference, problem);
  const ofTorch = torch === null ? {} : checkTorch(torch, { cell, problem: path, noisy: false });
  const peers = { ...ofTorch, ...checkJavascript({ cell, problem: path }) };
  const all = { [`ours, ${fast.name}`]: await evaluate(library, fast, problem), ...peers };
  return Object.entries(all).map(([peer, found]) => {
    return { cell, kind: 'noise-free', peer, ...worst(found, expected), tolerance: exact };
  });
}

async function compareNoisy({ library, torch, folder, engines: [, fast] }, work) {
  const { cell } = work;
  const problem = makeProblem(library, work, { changes: strongNoise[cell], large: true, alike: true });
  const path = write(folder, problem);
  const samples = Uint32Array.from({ length: work.batch }, (_, row) => row);
  const source = (label) => ({ key: library.deriveKey(1, label), samples });
  const expected = await evaluate(library, fast, problem, source('first'));
  const again = await evaluate(library, fast, problem, source('second'));
  const peers = checkTorch(torch, { cell, problem: path, noisy: true });
  const findings = [['ours, other noise', again], ...Object.entries(peers)].map(([peer, found]) => {
    return { cell, kind: 'noisy', peer, ...worst(found, expected), tolerance: statistical };
  });
  for (const [peer, found] of Object.entries(peers)) {
    const [variant, team] = [peer.slice(0, peer.lastIndexOf('-')), peer.slice(peer.lastIndexOf('-') + 1)];
    if (variant === 'eager') continue;
    const against = worst(found, peers[`eager-${team}`]);
    findings.push({ cell, kind: 'noisy, against eager', peer, ...against, tolerance: exact });
  }
  const ours = library.createObjective(problem.model, fast);
  const ownLogits = await ours.logits(problem.parameters, problem.batch, source('first'));
  const error = spreadError(peers['eager-1x1'].noisyLogits, ownLogits, work.batch);
  findings.push({
    cell,
    kind: 'noisy',
    peer: 'eager-1x1',
    what: 'spread of the logits',
    error,
    tolerance: statistical,
  });
  return findings;
}

/** Over rows of one input: the largest difference of a logit's mean, in standard deviations, or of their ratio from 1. */
function spreadError(values, reference, rows) {
  const classes = reference.length / rows;
  let largest = 0;
  for (let j = 0; j < classes; j++) {
    const [found, expected] = [values, reference].map((all) => moments(all.filter((_, i) => i % classes === j)));
    const shift = Math.abs(found.mean - expected.mean) / expected.deviation;
    largest = Math.max(largest, shift, Math.abs(found.deviation / expected.deviation - 1));
  }
  return largest;
}

function moments(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

function write(folder, problem) {
  const path = join(folder, `${problem.work.cell}.json`);
  writeFileSync(path, serialise(problem));
  return path;
}

async function evaluate(library, engine, { model, parameters, batch }, noise) {
  const objective = library.createObjective(model, engine);
  const { loss, gradient } = await objective.gradient(parameters, batch, noise);
  const logits = await objective.logits(parameters, batch);
  return { loss, logits, gradient: Object.fromEntries(Object.entries(gradient).map(([key, { data }]) => [key, data])) };
}

/** The largest relative error among loss, noise-free logits and gradients. */
function worst(found, expected) {
  const errors = [
    { what: 'loss', error: relativeError([found.loss], [expected.loss]) },
    { what: 'logits', error: relativeError(found.logits, expected.logits) },
    ...Object.entries(expected.gradient).map(([name, values]) => {
      return { what: `gradient of ${name}`, error: relativeError(found.gradient[name], values) };
    }),
  ];
  return errors.reduce((a, b) => (b.error <= a.error ? a : b));
}

/** max|Δ| / max|reference|; not a number if lengths differ. */
function relativeError(values, reference) {
  if (values.length !== reference.length) return Number.NaN;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    difference = Math.max(difference, Math.abs(values[i] - reference[i]));
    largest = Math.max(largest, Math.abs(reference[i]));
  }
  return difference / largest;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const library = await loadLibrary();
  library.setKernelFlags();
  const torch = findTorch();
  for (const { name, reason } of skippedPeers(torch)) console.error(`skipped: ${name}: ${reason}`);
  const findings = await checkPeers(library, torch, ['noisy', 'gru', 'user']);
  for (const { cell, kind, peer, what, error, tolerance } of findings)
    console.log(`${cell} ${kind} ${peer}: ${error.toExponential(1)} (${what}; at most ${tolerance})`);
  assertAgreement(findings);
}
