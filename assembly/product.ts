import { madd } from './simd';

/** Units a block of packed weights holds. */
export const PRODUCT_BLOCK: i32 = 6;

/** Panels worked through before the next weights: together with a block of weights they stay in the first-level cache. */
const PANEL_CHUNK: i32 = 4;

/**
 * out[unit] = Σ_k W[unit, k] · in[k] for every row of `panels` panels, or out[unit] += that; k ascends, from 0.
 *
 * `weights` is packed [⌈units / 6⌉][inner][6], float32, zero-padded. The 8 rows of unit u of `out` lie at u · `outUnit`
 * bytes from a panel's start, those of `in` at 32 k. Nothing is stored beyond `units`. `out` must not overlap `in`.
 */
export function product(
  out: usize,
  outPanel: i32,
  outUnit: i32,
  input: usize,
  inPanel: i32,
  weights: usize,
  units: i32,
  inner: i32,
  panels: i32,
  accumulate: bool,
): void {
  const blockBytes = inner * 24;
  for (let chunk = 0; chunk < panels; chunk += PANEL_CHUNK) {
    const end = min(chunk + PANEL_CHUNK, panels);
    let w = weights;
    for (let unit = 0; unit < units; unit += PRODUCT_BLOCK) {
      const count = units - unit;
      let target = out + <usize>(chunk * outPanel + unit * outUnit);
      let x = input + <usize>(chunk * inPanel);
      let panel = chunk;
      if (count <= 2)
        for (; panel + 2 <= end; panel += 2) {
          twoPanels(target, outPanel, outUnit, x, inPanel, w, inner, count, accumulate);
          target += 2 * outPanel;
          x += 2 * inPanel;
        }
      for (; panel < end; panel++) {
        if (count >= PRODUCT_BLOCK) sixUnits(target, outUnit, x, w, inner, PRODUCT_BLOCK, accumulate);
        else if (count == 5) sixUnits(target, outUnit, x, w, inner, 5, accumulate);
        else fourUnits(target, outUnit, x, w, inner, count, accumulate);
        target += outPanel;
        x += inPanel;
      }
      w += blockBytes;
    }
  }
}

// In all of these the units descend: V8 then places every load next to its uses and needs 15 registers; in ascending
// order it loads everything first and spills, at less than half the speed. So it does when it unrolls the loops.

/** 6 units × 8 rows: 12 accumulators, which with two inputs and a weight fill the 15 vector registers V8 has. */
@inline
function sixUnits(target: usize, unitBytes: i32, x: usize, w: usize, inner: i32, count: i32, accumulate: bool): void {
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
  const end = x + (<usize>inner << 5);
  while (x < end) {
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
  put(target, a0, b0, accumulate);
  put(target + unitBytes, a1, b1, accumulate);
  put(target + 2 * unitBytes, a2, b2, accumulate);
  put(target + 3 * unitBytes, a3, b3, accumulate);
  put(target + 4 * unitBytes, a4, b4, accumulate);
  if (count > 5) put(target + 5 * unitBytes, a5, b5, accumulate);
}

/** Up to 4 units × 8 rows, of a last block: 8 accumulators, just enough to hide the latency of a multiply-add. */
function fourUnits(target: usize, unitBytes: i32, x: usize, w: usize, inner: i32, count: i32, accumulate: bool): void {
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let a3 = a0;
  let b3 = a0;
  const end = x + (<usize>inner << 5);
  while (x < end) {
    const xa = v128.load(x);
    const xb = v128.load(x, 16);
    let weight = v128.load32_splat(w, 12);
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
  put(target, a0, b0, accumulate);
  if (count > 1) put(target + unitBytes, a1, b1, accumulate);
  if (count > 2) put(target + 2 * unitBytes, a2, b2, accumulate);
  if (count > 3) put(target + 3 * unitBytes, a3, b3, accumulate);
}

/** Up to 2 units × 16 rows, of a last block. */
function twoPanels(
  target: usize, panelBytes: i32, unitBytes: i32, x: usize, inPanel: i32, w: usize, inner: i32, count: i32,
  accumulate: bool,
): void {
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let c0 = a0;
  let d0 = a0;
  let c1 = a0;
  let d1 = a0;
  let y = x + inPanel;
  const end = x + (<usize>inner << 5);
  while (x < end) {
    const second = v128.load32_splat(w, 4);
    const first = v128.load32_splat(w);
    let value = v128.load(y, 16);
    d1 = madd(value, second, d1);
    d0 = madd(value, first, d0);
    value = v128.load(y);
    c1 = madd(value, second, c1);
    c0 = madd(value, first, c0);
    value = v128.load(x, 16);
    b1 = madd(value, second, b1);
    b0 = madd(value, first, b0);
    value = v128.load(x);
    a1 = madd(value, second, a1);
    a0 = madd(value, first, a0);
    x += 32;
    y += 32;
    w += 24;
  }
  put(target, a0, b0, accumulate);
  put(target + panelBytes, c0, d0, accumulate);
  if (count > 1) {
    put(target + unitBytes, a1, b1, accumulate);
    put(target + panelBytes + unitBytes, c1, d1, accumulate);
  }
}

@inline
function put(target: usize, a: v128, b: v128, accumulate: bool): void {
  if (accumulate) {
    a = f32x4.add(v128.load(target), a);
    b = f32x4.add(v128.load(target, 16), b);
  }
  v128.store(target, a);
  v128.store(target, b, 16);
}
