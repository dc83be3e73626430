import { madd } from './simd';

/** Units a block of packed weights holds. */
export const PRODUCT_BLOCK: i32 = 6;

/**
 * out[unit] (+)= Σ_k W[unit, k] · in[k] for every row of `panels` panels; k ascends, from the value in `out` or from 0.
 *
 * `weights` is packed [⌈units / 6⌉][inner][6], float32, zero-padded. 6 units × 8 rows make 12 accumulators, which with
 * the two inputs and a weight fill the 15 vector registers V8 has. Nothing is stored beyond `units`. `out` must not
 * overlap `input`.
 */
export function product(
  out: usize,
  outStride: i32,
  input: usize,
  inStride: i32,
  weights: usize,
  units: i32,
  inner: i32,
  panels: i32,
  accumulate: bool,
): void {
  const blockBytes = <usize>inner * 24;
  for (let unit = 0; unit < units; unit += PRODUCT_BLOCK) {
    const end = weights + blockBytes;
    const count = min(PRODUCT_BLOCK, units - unit);
    for (let panel = 0; panel < panels; panel++) {
      const target = out + <usize>panel * outStride + (<usize>unit << 5);
      block(target, input + <usize>panel * inStride, weights, end, count, accumulate);
    }
    weights = end;
  }
}

@inline
function block(target: usize, x: usize, w: usize, end: usize, count: i32, accumulate: bool): void {
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let a3 = a0;
  let b3 = a0;
  let a4 = a0;
  let b4 = a0;
  let a5 = a0;
  let b5 = a0;
  if (accumulate) {
    a0 = v128.load(target);
    b0 = v128.load(target, 16);
    if (count > 1) {
      a1 = v128.load(target, 32);
      b1 = v128.load(target, 48);
    }
    if (count > 2) {
      a2 = v128.load(target, 64);
      b2 = v128.load(target, 80);
    }
    if (count > 3) {
      a3 = v128.load(target, 96);
      b3 = v128.load(target, 112);
    }
    if (count > 4) {
      a4 = v128.load(target, 128);
      b4 = v128.load(target, 144);
    }
    if (count > 5) {
      a5 = v128.load(target, 160);
      b5 = v128.load(target, 176);
    }
  }
  // The units in descending order: V8 then places every load next to its uses and needs 15 registers; in ascending order
  // it loads everything first and spills, at less than half the speed. So it does when it unrolls this loop.
  while (w < end) {
    const xa = v128.load(x);
    const xb = v128.load(x, 16);
    let weight = v128.load32_splat(w, 20);
    a5 = madd(xa, weight, a5);
    b5 = madd(xb, weight, b5);
    weight = v128.load32_splat(w, 16);
    a4 = madd(xa, weight, a4);
    b4 = madd(xb, weight, b4);
    weight = v128.load32_splat(w, 12);
    a3 = madd(xa, weight, a3);
    b3 = madd(xb, weight, b3);
    weight = v128.load32_splat(w, 8);
    a2 = madd(xa, weight, a2);
    b2 = madd(xb, weight, b2);
    weight = v128.load32_splat(w, 4);
    a1 = madd(xa, weight, a1);
    b1 = madd(xb, weight, b1);
    weight = v128.load32_splat(w);
    a0 = madd(xa, weight, a0);
    b0 = madd(xb, weight, b0);
    x += 32;
    w += 24;
  }
  v128.store(target, a0);
  v128.store(target, b0, 16);
  if (count > 1) {
    v128.store(target, a1, 32);
    v128.store(target, b1, 48);
  }
  if (count > 2) {
    v128.store(target, a2, 64);
    v128.store(target, b2, 80);
  }
  if (count > 3) {
    v128.store(target, a3, 96);
    v128.store(target, b3, 112);
  }
  if (count > 4) {
    v128.store(target, a4, 128);
    v128.store(target, b4, 144);
  }
  if (count > 5) {
    v128.store(target, a5, 160);
    v128.store(target, b5, 176);
  }
}
