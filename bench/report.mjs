/**
 * The tables of docs/benchmarks.md, as Markdown, from documents that run.mjs wrote: `node bench/report.mjs [FILE…]`, the latest of
 * .bench/ unless given. Of rows that several files hold, the last counts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatMachine } from './machine.mjs';
import { formatSeconds } from './table.mjs';
import { nameOf, sizeOf, works } from './works.mjs';

/** What was aimed at: time of the peer ÷ ours with all threads, at least this. `torch`: the fastest of all its variants. */
const goals = [
  { work: 'noisy:128x784x128', mode: 'train', peer: 'torch-eager-1x1', wasm: 2, native: 4 },
  { work: 'noisy:128x784x128', mode: 'train', peer: 'torch', wasm: 1.15, native: 2.1 },
  { work: 'noisy:32x140x32', mode: 'train', peer: 'torch', wasm: 6, native: 10 },
  { work: 'noisy:64x140x128', mode: 'train', peer: 'torch', wasm: 2, native: 3.5 },
  { work: 'noisy:256x784x128', mode: 'train', peer: 'torch', wasm: 0.8, native: 1.4 },
  { work: 'gru:128x784x128', mode: 'train', peer: 'torch', wasm: null, native: null },
  { work: 'user:128x784x128', mode: 'train', peer: 'torch', wasm: null, native: null },
  { work: 'noisy:128x784x128', mode: 'infer', peer: 'torch', wasm: 0.95, native: 1.9 },
  { work: 'noisy:128x784x128', mode: 'train', peer: 'tfjs-wasm', wasm: 28, native: 55 },
  { work: 'noisy:128x784x128', mode: 'train', peer: 'jax-js', wasm: 5, native: 10 },
];
/** Megabytes of the process at most. */
const memoryGoal = { work: 'noisy:128x784x128', mode: 'train', wasm: 220, native: 160 };

const folder = resolve(import.meta.dirname, '..', '.bench');
const files = process.argv.slice(2);
if (files.length === 0) files.push(join(folder, readdirSync(folder).sort().at(-1)));
const documents = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
const keyOf = ({ work, mode, engine, threads }) => `${nameOf(work)} ${mode} ${engine} ${threads}`;
const rows = [...new Map(documents.flatMap((document) => document.rows).map((row) => [keyOf(row), row])).values()];
const mostThreads = Math.max(...rows.map(({ threads }) => threads));

const line = (cells) => `| ${cells.join(' | ')} |`;
const table = (header, body) => [line(header), line(header.map(() => '---')), ...body.map(line), ''].join('\n');
const rowsOf = (work, mode) => rows.filter((row) => nameOf(row.work) === work && row.mode === mode);

/** Contenders by works in one mode: seconds and half the distance between the quartiles; memory at the end. */
function timeTable(mode) {
  const measured = works.filter((work) => rowsOf(nameOf(work), mode).length > 0);
  const columns = measured.map((work) => {
    const found = rowsOf(nameOf(work), mode);
    const own = found.map((row) => [`${row.engine}, ${row.threads} thread${row.threads === 1 ? '' : 's'}`, row]);
    const peers = found.flatMap(({ peers: seconds, peersMeasured }) =>
      Object.keys(seconds).map((name) => [name, { seconds: seconds[name], measured: peersMeasured[name] }]),
    );
    return new Map([...own, ...peers]);
  });
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  const body = names.map((name) => [
    name,
    ...columns.flatMap((column) => {
      const found = column.get(name);
      if (found === undefined) return ['', '', ''];
      const { spread, peakMegabytes } = found.measured;
      return [formatSeconds(found.seconds), (100 * spread).toFixed(1), peakMegabytes.toFixed(0)];
    }),
  ]);
  const titles = measured.flatMap((work) => [
    work.cell === 'noisy' ? sizeOf(work) : `${work.cell} ${sizeOf(work)}`,
    ...['± %', 'MB'],
  ]);
  return table([mode, ...titles], body);
}

/** Ratios to the peers on all threads, what was aimed at, and what the executor's bound would give. */
function goalTable() {
  const body = goals.flatMap(({ work, mode, peer, ...floors }) => {
    const found = rowsOf(work, mode).filter(({ threads }) => threads === mostThreads);
    const cells = ['wasm', 'native'].flatMap((engine) => {
      const row = found.find((candidate) => candidate.engine === engine);
      const best = row && secondsOf(row.peers, peer);
      if (best === undefined) return ['–', '–', '–'];
      const ratio = best / row.seconds;
      const floor = floors[engine];
      const said = floor !== null && ratio < floor ? `**${ratio.toFixed(2)}**` : ratio.toFixed(2);
      return [said, floor ?? '–', row.bound === null ? '–' : (best / row.bound.seconds).toFixed(2)];
    });
    return cells.every((cell) => cell === '–') ? [] : [[`${work} ${mode}`, peer, ...cells]];
  });
  const engines = ['wasm', 'native'].flatMap((engine) => [engine, 'floor', 'at the bound']);
  return table(['work', 'peer', ...engines], [...body, ...memoryLine()]);
}

function memoryLine() {
  const found = rowsOf(memoryGoal.work, memoryGoal.mode).filter(({ threads }) => threads === mostThreads);
  const cells = ['wasm', 'native'].flatMap((engine) => {
    const row = found.find((candidate) => candidate.engine === engine);
    return row === undefined ? ['–', '–', '–'] : [`${row.peakMegabytes.toFixed(0)} MB`, memoryGoal[engine], '–'];
  });
  return found.length === 0 ? [] : [[`${memoryGoal.work} ${memoryGoal.mode}`, 'peak memory, at most', ...cells]];
}

/** Of a peer by name, or of the fastest whose name starts so. */
function secondsOf(peers, peer) {
  const own = Object.keys(peers).filter((name) => name === peer || name.startsWith(`${peer}-`));
  return own.length === 0 ? undefined : Math.min(...own.map((name) => peers[name]));
}

/** The least time of a work on an executor, and what was reached of it. */
function boundTable() {
  const body = rows
    .filter(({ bound }) => bound !== null)
    .map(({ work, mode, engine, threads, seconds, bound }) => [
      ...[`${nameOf(work)} ${mode}`, `${engine}, ${threads}`],
      ...[(bound.flops / 1e9).toPrecision(3), (bound.peakFlopsPerSecond / 1e9).toPrecision(3)],
      ...[bound.products, bound.noise, bound.seconds, seconds].map(formatSeconds),
      `${(100 * bound.share).toFixed(0)} %`,
    ]);
  const header = ['work', 'engine, threads', 'GFLOP', 'peak GFLOP/s', 'products', 'noise', 'bound', 'measured'];
  return table([...header, "products' share of the peak"], body);
}

console.log(`${documents.map(({ machine }) => `${machine.date}: ${formatMachine(machine)}`).join('\n')}\n`);
for (const mode of ['train', 'infer']) console.log(timeTable(mode));
console.log(goalTable());
console.log(boundTable());
for (const { name, reason } of documents.flatMap(({ skipped }) => skipped))
  console.log(`not measured: ${name}: ${reason}`);
