/**
 * The package against its peers on the same work, in alternating runs: `npm run bench`.
 *
 *   --only SIZES     of the table of works: 128x784x128, or cell:128x784x128, comma-separated
 *   --quick          the two smaller works, few rounds and peers: under a minute
 *   --json           print one JSON document and nothing else to standard output
 *   --rounds N       alternating rounds (7; quick 5)
 *   --modes LIST     train, infer
 *   --engines LIST   engines of the package, native,wasm unless given; also one build of them: wasm-plain (without relaxed
 *                    multiply-add), native-avx512, native-avx2, native-neon, native-scalar
 *   --threads LIST   1 and all cores unless given
 *   --peers LIST     names as in the table, such as torch-eager-1x1; none: no peers
 *
 * Results are also written to .bench/. The work is in works.mjs, the peers in peers/; before anything is timed, the peers
 * are checked to compute what we compute (check.mjs), and the executors' fastest products and noise are measured, for the
 * least time that a work could take on them (bounds.mjs; not with --quick).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { alternate } from './alternate.mjs';
import { boundOf, measureRates } from './bounds.mjs';
import { assertAgreement, checkPeers } from './check.mjs';
import { ours } from './contender.mjs';
import { loadLibrary } from './library.mjs';
import { busyCores, describeMachine, formatMachine } from './machine.mjs';
import {
  findTorch,
  javascriptContenders,
  javascriptVersions,
  peerNames,
  skippedPeers,
  torchContenders,
} from './peers/index.mjs';
import { formatBlock } from './table.mjs';
import { makeProblem, modes, nameOf, quickWorks, selectWorks, serialise, works } from './works.mjs';

const ratePlan = { rounds: 3, seconds: 0.25 };
const quickPeers = ['torch-eager-1x1', 'torch-handwritten-1x1', 'torch-handwritten-2x1'];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    modes: { type: 'string' },
    engines: { type: 'string' },
    threads: { type: 'string' },
    peers: { type: 'string' },
  },
});

const tell = (line) => process.stderr.write(`${line}\n`);
const print = options.json ? () => {} : (line) => process.stdout.write(`${line}\n`);

/** Everything that was asked for, checked. */
function settings() {
  const { quick } = options;
  const rounds = options.rounds === undefined ? (quick ? 5 : 7) : Number(options.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${options.rounds}: expected a whole number`);
  const cores = availableParallelism();
  const threads = options.threads?.split(',').map(Number) ?? (quick || cores === 1 ? [cores] : [1, cores]);
  if (!threads.every((count) => Number.isInteger(count) && count > 0))
    throw new Error(`--threads ${options.threads}: expected whole numbers, such as 1,2`);
  const strange = options.peers?.split(',').find((name) => name !== 'none' && !peerNames().includes(name));
  if (strange !== undefined) throw new Error(`--peers ${strange}: expected none or some of ${peerNames().join(', ')}`);
  const wantedModes = options.modes?.split(',') ?? modes;
  const unknown = wantedModes.find((mode) => !modes.includes(mode));
  if (unknown !== undefined) throw new Error(`--modes ${unknown}: expected ${modes.join(' or ')}`);
  return {
    ...{ rounds, threads, modes: wantedModes, seconds: quick ? 0.1 : 0.5 },
    peers: options.peers?.split(',') ?? (quick ? quickPeers : undefined),
    works: selectWorks(options.only, quick ? quickWorks : works),
  };
}

/** Engines to measure, or builds of them, and those that cannot be, each with its reason. */
async function chooseEngines(library) {
  const report = (await library.engineReport(1)).filter(({ name }) => name !== 'reference');
  const chosen = (options.engines?.split(',') ?? report.map(({ name }) => name)).map((name) => {
    const engine = report.find((candidate) => candidate.name === name.split('-')[0]);
    if (engine === undefined) throw new Error(`--engines ${name}: there are ${report.map((each) => each.name)}`);
    return { ...engine, name };
  });
  return {
    engines: chosen.filter(({ available }) => available).map(({ name }) => name),
    missing: chosen.filter(({ available }) => !available).map(({ name, reason }) => ({ name, reason })),
  };
}

/** The rates of every engine and number of threads, as `measureRates` gives them, by the contender's name. */
async function measureLimits(plan, engines) {
  if (options.quick) return {};
  tell('measuring products and noise alone …');
  // Large matrices too: a rate that only they reach is a bound for the small ones as well.
  const units = [...new Set([...plan.works.map((work) => work.units), 128])];
  const limits = {};
  for (const engine of engines)
    for (const threads of plan.threads)
      limits[ours({ engine, threads }).name] = await measureRates({ engine, threads }, units, ratePlan);
  return limits;
}

async function main() {
  const plan = settings();
  const library = await loadLibrary();
  library.setKernelFlags();
  const { engines, missing } = await chooseEngines(library);
  const cells = [...new Set(plan.works.map(({ cell }) => cell))];
  const torch = plan.peers?.[0] === 'none' ? null : findTorch();
  const machine = { ...(await describeMachine()), ...torch?.versions, ...javascriptVersions() };
  const skipped = plan.peers?.[0] === 'none' ? [] : skippedPeers(torch, cells);
  for (const { name, reason } of [...missing, ...skipped]) tell(`skipped: ${name}: ${reason}`);
  if (plan.peers?.[0] !== 'none') {
    tell('checking that the peers compute the same …');
    assertAgreement(await checkPeers(library, torch, cells));
  }
  print(formatMachine(machine));
  const limits = await measureLimits(plan, engines);
  const folder = mkdtempSync(join(tmpdir(), 'noisy-rnn-bench-'));
  const rows = [];
  const failed = [];
  try {
    for (const work of plan.works) {
      const problem = join(folder, `${nameOf(work).replace(':', '-')}.json`);
      writeFileSync(problem, serialise(makeProblem(library, work)));
      for (const mode of plan.modes)
        rows.push(...(await measure(plan, { work, mode, engines, torch, problem, limits, failed })));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  machine.busyCoresAfter = await busyCores();
  print(`\n${machine.busyCoresAfter} cores busy elsewhere afterwards`);
  const document = { machine, rows, skipped: [...missing, ...skipped, ...failed] };
  save(document);
  if (options.json) process.stdout.write(`${JSON.stringify(document)}\n`);
}

/** One work in one mode: all contenders in turn. @returns a row for each engine and number of threads. */
async function measure(plan, { work, mode, engines, torch, problem, limits, failed }) {
  tell(`${nameOf(work)} ${mode} …`);
  const own = engines.flatMap((engine) =>
    plan.threads.map((threads) => ({ ...ours({ work, mode, engine, threads }), engine, threads })),
  );
  const asked = { cell: work.cell, mode, problem };
  const peers = [
    ...(torch === null ? [] : torchContenders(torch, asked, plan.peers)),
    ...javascriptContenders(asked, plan.peers),
  ];
  const { results, failures } = await alternate([...own, ...peers], plan);
  for (const { name, failure } of failures) {
    tell(`failed: ${name}: ${failure}`);
    failed.push({ name, reason: `${nameOf(work)} ${mode}: ${failure}` });
  }
  const peerResults = results.filter(({ name }) => peers.some((peer) => peer.name === name));
  const fastest = fastestOf(peerResults);
  const rows = own.flatMap(({ name, engine, threads }) => {
    const found = results.find((result) => result.name === name);
    if (found === undefined) return [];
    const bound = limits[name] === undefined ? null : boundOf(work, mode, limits[name], found.seconds);
    return {
      ...{ work, mode, engine, threads, seconds: found.seconds, peakMegabytes: found.peakMegabytes },
      peers: Object.fromEntries(peerResults.map((peer) => [peer.name, peer.seconds])),
      ...{ build: found.about.build, measured: detailsOf(found) },
      peersMeasured: Object.fromEntries(peerResults.map((peer) => [peer.name, detailsOf(peer)])),
      fastestPeer: fastest?.name ?? null,
      bound: bound && { ...bound, ratio: fastest && fastest.seconds / bound.seconds },
    };
  });
  print(formatBlock(`${nameOf(work)} ${mode}`, { results, peers: peerResults, fastest, rows }));
  return rows;
}

const fastestOf = (results) =>
  results.reduce((best, result) => (best === null || result.seconds < best.seconds ? result : best), null);

const detailsOf = ({ spread, rounds, peakMegabytes, about }) => {
  return { spread, rounds, warmUps: about.warmUps, peakMegabytes };
};

function save(document) {
  const folder = resolve(import.meta.dirname, '..', '.bench');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${document.machine.date.replaceAll(':', '-').slice(0, 19)}.json`);
  writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`);
  tell(`written to ${path}`);
}

try {
  await main();
} catch (error) {
  tell(error.message);
  process.exitCode = 1;
}
