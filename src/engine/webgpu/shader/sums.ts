/**
 * The second pass: accumulator[m, n] += Σ over the steps and rows of a chunk of a bᵀ. The contraction is split over workgroups, each with
 * sums of its own, formed in the order of k; a last pass adds the splits in order. So the numbers do not depend on how rows were tiled.
 */
import { runStruct, storageBindings, sumsBindings } from './bindings.js';

const head = `struct Job { m: u32, n: u32, aAt: u32, aStep: u32, aRow: u32, aKind: u32, bAt: u32, bStep: u32, bRow: u32, bKind: u32, out: u32, rows: u32, length: u32, splits: u32, sumWords: u32, unused: u32 }
@group(0) @binding(0) var<uniform> job: Job;${runStruct}${storageBindings(4)}${sumsBindings}
`;

/** Where an operand lies: kept in this run's work, given by the caller, or the constant 1. */
export const operandKinds = { work: 0, given: 1, one: 2 } as const;

const operands = /* wgsl */ `
fn aOf(step: u32, row: u32, i: u32) -> f32 {
  let at = job.aAt + step * job.aStep + row * job.aRow + i;
  if (job.aKind == 1u) { return given[at]; }
  return work[at];
}
fn bOf(step: u32, row: u32, j: u32) -> f32 {
  let at = job.bAt + step * job.bStep + row * job.bRow + j;
  if (job.bKind == 2u) { return 1.0f; }
  if (job.bKind == 1u) { return given[at]; }
  return work[at];
}
fn firstOf(split: u32) -> u32 { return split * job.length / job.splits; }
`;

/** One entry a thread, for small sums. */
export const smallSumsShader = `${head}${operands}
@compute @workgroup_size(8, 8) fn main(@builtin(global_invocation_id) id: vec3u) {
  let j = id.x; let i = id.y; let split = id.z;
  if (i >= job.m || j >= job.n) { return; }
  var s = 0.0f;
  var step = firstOf(split) / job.rows;
  var row = firstOf(split) % job.rows;
  for (var k = firstOf(split); k < firstOf(split + 1u); k++) {
    s = fma(aOf(step, row, i), bOf(step, row, j), s);
    row++;
    if (row == job.rows) { row = 0u; step++; }
  }
  let at = split * job.sumWords + job.out + i * job.n + j;
  sums[at] = sums[at] + s;
}
`;
export const smallTile = 8;

/** Entries of a workgroup's square, entries a thread has along each side of it, and steps of k that are brought in together. */
export const largeTile = 64;
const [block, depth] = [4, 16];
const side = largeTile / block;
const each = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
const zeroed = each(block, (i) => `  var s${i} = vec4f(0.0f);`);
const added = each(block, (i) => `      s${i} = fma(vec4f(tileA[k][y * ${block}u + ${i}u]), b, s${i});`);
const stored = each(
  block,
  (i) =>
    `  store(split, group.y * ${largeTile}u + y * ${block}u + ${i}u, group.x * ${largeTile}u + x * ${block}u, s${i});`,
);

/** 64 × 64 entries a workgroup of 256 threads, for large sums; in the same order as the other, so with the same bits. */
export const largeSumsShader = `${head}${operands}
var<workgroup> tileA: array<array<f32, ${largeTile}>, ${depth}>;
var<workgroup> tileB: array<array<f32, ${largeTile}>, ${depth}>;
fn store(split: u32, i: u32, j: u32, s: vec4f) {
  if (i >= job.m) { return; }
  for (var c = 0u; c < 4u; c++) {
    if (j + c < job.n) {
      let at = split * job.sumWords + job.out + i * job.n + j + c;
      sums[at] = sums[at] + s[c];
    }
  }
}
@compute @workgroup_size(${side}, ${side}) fn main(@builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3u) {
  let x = local.x; let y = local.y; let split = group.z;
  let end = firstOf(split + 1u);
${zeroed}
  for (var begin = firstOf(split); begin < end; begin += ${depth}u) {
    for (var piece = 0u; piece < ${(depth * largeTile) / side ** 2}u; piece++) {
      let at = piece * ${side ** 2}u + index;
      let k = at / ${largeTile}u; let unit = at % ${largeTile}u;
      let step = (begin + k) / job.rows; let row = (begin + k) % job.rows;
      let i = group.y * ${largeTile}u + unit; let j = group.x * ${largeTile}u + unit;
      var a = 0.0f; var b = 0.0f;
      if (begin + k < end && i < job.m) { a = aOf(step, row, i); }
      if (begin + k < end && j < job.n) { b = bOf(step, row, j); }
      tileA[k][unit] = a;
      tileB[k][unit] = b;
    }
    workgroupBarrier();
    for (var k = 0u; k < min(${depth}u, end - begin); k++) {
      let b = vec4f(tileB[k][x * ${block}u], tileB[k][x * ${block}u + 1u], tileB[k][x * ${block}u + 2u], tileB[k][x * ${block}u + 3u]);
${added}
    }
    workgroupBarrier();
  }
${stored}
}
`;

export const totalsThreads = 64;
/** totals[i] = Σ over the splits, in order. */
export const totalsShader = `${head}
@compute @workgroup_size(${totalsThreads}) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= job.sumWords) { return; }
  var s = 0.0f;
  for (var split = 0u; split < job.splits; split++) { s += sums[split * job.sumWords + id.x]; }
  totals[id.x] = s;
}
`;
