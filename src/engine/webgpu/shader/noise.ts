/**
 * The noise of a chunk, drawn by a pass of its own: a thread makes the four values of one Philox block (Salmon et al. 2011), where a phase's
 * threads, one a unit, would each make the whole block for a quarter of it. The counters are those of random/noise.ts.
 */

import { runStruct, samplesBinding, storageBindings } from './bindings.js';
import { functionsFor } from './functions.js';

/** Threads of a workgroup, and workgroups along x: a chunk has more blocks than one dimension may have. */
export const noiseThreads = 64;
export const noiseGroupsAlongX = 2 ** 15;

const body = /* wgsl */ `
// Upper half of the product of two words, by halves of 16 bits: WGSL has no such instruction.
fn high(a: u32, b: u32) -> u32 {
  let a0 = a & 0xffffu; let a1 = a >> 16u; let b0 = b & 0xffffu; let b1 = b >> 16u;
  let middle = a1 * b0 + ((a0 * b0) >> 16u);
  let carry = a0 * b1 + (middle & 0xffffu);
  return a1 * b1 + (middle >> 16u) + (carry >> 16u);
}

fn philox(block: u32, step: u32, sample: u32, stream: u32) -> vec4u {
  var c = vec4u(block, step, sample, stream);
  var k0 = run.key0; var k1 = run.key1;
  for (var round = 0u; round < 10u; round++) {
    let h0 = high(0xd2511f53u, c.x); let h1 = high(0xcd9e8d57u, c.z);
    let l0 = 0xd2511f53u * c.x; let l1 = 0xcd9e8d57u * c.z;
    c = vec4u(h1 ^ c.y ^ k0, l1, h0 ^ c.w ^ k1, l0);
    k0 += 0x9e3779b9u; k1 += 0xbb67ae85u;
  }
  return c;
}

fn oddNumerator(word: u32) -> f32 { return f32((word >> 8u) | 1u); }

// Two normals of two words (Box and Muller 1958): r (cos 2πu, sin 2πu), the angle reduced to an octant in whole numbers.
fn normals(radiusWord: u32, word: u32) -> vec2f {
  let radius = sqrt(-2.0f * logScaled(oddNumerator(radiusWord), 24));
  let distance = (bitcast<i32>(word << 2u) >> 10u) | 1;
  let f = f32(distance) * 2.384185791015625e-7f;
  let nearest = word + 0x20000000u;
  let odd = nearest << 1u;
  let swapped = (odd & 0x80000000u) != 0u;
  let even = select(cosQuarter(f), sinQuarter(f), swapped);
  let sine = select(sinQuarter(f), cosQuarter(f), swapped);
  let flip = run.flip & 0x80000000u;
  return vec2f(
    bitcast<f32>(bitcast<u32>(even * radius) ^ ((nearest ^ odd) & 0x80000000u) ^ flip),
    bitcast<f32>(bitcast<u32>(sine * radius) ^ (nearest & 0x80000000u) ^ flip));
}

fn draw(block: u32, step: u32, sample: u32) -> vec4f {
  let c = philox(block, step, sample, job.stream);
  if (job.distribution == 0u) { return vec4f(normals(c.x, c.y), normals(c.z, c.w)); }
  let words = c ^ vec4u(run.flip);
  if (job.distribution == 2u) { return select(vec4f(0.0f), vec4f(1.0f), words >= vec4u(job.threshold)); }
  return vec4f(oddNumerator(words.x), oddNumerator(words.y), oddNumerator(words.z), oddNumerator(words.w)) * 5.960464477539063e-8f;
}

@compute @workgroup_size(${noiseThreads}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.x + id.y * ${noiseThreads * noiseGroupsAlongX}u;
  if (index >= job.blocks * job.rows * job.count) { return; }
  let block = index % job.blocks;
  let place = index / job.blocks;
  let row = place % job.rows;
  let values = draw(block, run.firstStep + job.first + place / job.rows, samples[row]);
  let at = job.at + 4u * index;
  work[at] = values.x; work[at + 1u] = values.y; work[at + 2u] = values.z; work[at + 3u] = values.w;
}`;

export const noiseShader = `struct Job { rows: u32, first: u32, count: u32, at: u32, blocks: u32, stream: u32, distribution: u32, threshold: u32 }
@group(0) @binding(0) var<uniform> job: Job;${runStruct}${storageBindings(4)}${samplesBinding}
${functionsFor(body)}
${body}
`;
