import { laneSums4, madd } from './simd';

/** Columns worked through before the next rows: their panels (32 bytes a column) then stay in the first-level cache. */
const COLUMN_CHUNK: i32 = 16;

/**
 * acc[i · cols + j] += Σ a[i] · b[j] over `steps` steps, `panels` panels and the 8 rows of a panel.
 *
 * `acc` is row-major float32 [rows, cols]. a[i] of a panel is at a + step · aStepStride + panel · aPanelStride + 32 i,
 * b[j] likewise (strides in bytes). Each element is summed alone, whatever the block it falls in, and always in the same
 * order: the longer of panels and steps within the other, a panel's two halves in turn, in four lanes, which are then
 * added up, and last what `acc` held.
 */
export function outerAccumulate(
  acc: usize, rows: i32, cols: i32, a: usize, aPanelStride: i32, aStepStride: i32,
  b: usize, bPanelStride: i32, bStepStride: i32, panels: i32, steps: i32,
): void {
  // A long inner loop costs fewer mispredicted branches than a short one.
  const swap = panels > steps;
  const inner = swap ? panels : steps;
  const outer = swap ? steps : panels;
  const aInner = swap ? aPanelStride : aStepStride;
  const aOuter = swap ? aStepStride : aPanelStride;
  const bInner = swap ? bPanelStride : bStepStride;
  const bOuter = swap ? bStepStride : bPanelStride;
  for (let chunk = 0; chunk < cols; chunk += COLUMN_CHUNK) {
    const chunkEnd = min(chunk + COLUMN_CHUNK, cols);
    for (let i = 0; i < rows; i += 4) {
      const x = a + (<usize>i << 5);
      for (let j = chunk; j < chunkEnd; j += 2) {
        const target = acc + ((<usize>i * cols + j) << 2);
        const y = b + (<usize>j << 5);
        if (i + 4 <= rows && j + 2 <= chunkEnd) {
          block(target, cols << 2, x, aOuter, aInner, y, bOuter, bInner, outer, inner);
        } else {
          edge(target, cols << 2, rows - i, chunkEnd - j, x, aOuter, aInner, y, bOuter, bInner, outer, inner);
        }
      }
    }
  }
}

// The order of the rows in the inner loop is the one in which V8 places every load next to its uses and needs 14 vector
// registers; in other orders, or unrolled, it loads everything first and spills.

/** A whole 4 × 2 block. */
@inline
function block(
  target: usize, rowBytes: usize, a: usize, aOuter: i32, aInner: i32, b: usize, bOuter: i32, bInner: i32,
  outer: i32, inner: i32,
): void {
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  for (let i = 0; i < outer; i++) {
    let x = a;
    let y = b;
    for (let j = 0; j < inner; j++) {
      const y0 = v128.load(y);
      const y1 = v128.load(y, 32);
      const z0 = v128.load(y, 16);
      const z1 = v128.load(y, 48);
      let first = v128.load(x, 64);
      let second = v128.load(x, 80);
      s20 = madd(second, z0, madd(first, y0, s20));
      s21 = madd(second, z1, madd(first, y1, s21));
      first = v128.load(x, 96);
      second = v128.load(x, 112);
      s30 = madd(second, z0, madd(first, y0, s30));
      s31 = madd(second, z1, madd(first, y1, s31));
      first = v128.load(x);
      second = v128.load(x, 16);
      s00 = madd(second, z0, madd(first, y0, s00));
      s01 = madd(second, z1, madd(first, y1, s01));
      first = v128.load(x, 32);
      second = v128.load(x, 48);
      s10 = madd(second, z0, madd(first, y0, s10));
      s11 = madd(second, z1, madd(first, y1, s11));
      x += aInner;
      y += bInner;
    }
    a += aOuter;
    b += bOuter;
  }
  const upper = laneSums4(s00, s01, s10, s11);
  const lower = laneSums4(s20, s21, s30, s31);
  addPair(target, upper);
  addPair(target + rowBytes, secondPair(upper));
  addPair(target + 2 * rowBytes, lower);
  addPair(target + 3 * rowBytes, secondPair(lower));
}

@inline
function addPair(target: usize, sums: v128): void {
  v128.store_lane<i64>(target, f32x4.add(v128.load64_zero(target), sums), 0);
}

@inline
function secondPair(sums: v128): v128 {
  return v128.shuffle<i64>(sums, sums, 1, 0);
}

/** A block at the border, a row of up to two columns at a time. */
function edge(
  target: usize, rowBytes: usize, rows: i32, cols: i32, a: usize, aOuter: i32, aInner: i32,
  b: usize, bOuter: i32, bInner: i32, outer: i32, inner: i32,
): void {
  const next: usize = cols > 1 ? 32 : 0;
  for (let row = 0; row < min(rows, 4); row++) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    for (let i = 0; i < outer; i++) {
      let x = a + <usize>i * aOuter;
      let y = b + <usize>i * bOuter;
      for (let j = 0; j < inner; j++) {
        const first = v128.load(x);
        const second = v128.load(x, 16);
        s1 = madd(second, v128.load(y + next, 16), madd(first, v128.load(y + next), s1));
        s0 = madd(second, v128.load(y, 16), madd(first, v128.load(y), s0));
        x += aInner;
        y += bInner;
      }
    }
    const sums = laneSums4(s0, s1, s0, s1);
    store<f32>(target, load<f32>(target) + f32x4.extract_lane(sums, 0));
    if (cols > 1) store<f32>(target, load<f32>(target, 4) + f32x4.extract_lane(sums, 1), 4);
    target += rowBytes;
    a += 32;
  }
}

/** acc[unit] += Σ a[unit] over the rows of `panels` panels: panels in order in two halves, then their sum's lanes. */
export function gatherAccumulate(acc: usize, units: i32, a: usize, panelStride: i32, panels: i32): void {
  let unit = 0;
  for (; unit + 4 <= units; unit += 4) {
    const start = a + (<usize>unit << 5);
    const sums = laneSums4(
      rowSum(start, panelStride, panels),
      rowSum(start + 32, panelStride, panels),
      rowSum(start + 64, panelStride, panels),
      rowSum(start + 96, panelStride, panels),
    );
    const target = acc + (<usize>unit << 2);
    v128.store(target, f32x4.add(v128.load(target), sums));
  }
  for (; unit < units; unit++) {
    const sum = rowSum(a + (<usize>unit << 5), panelStride, panels);
    const target = acc + (<usize>unit << 2);
    store<f32>(target, load<f32>(target) + f32x4.extract_lane(laneSums4(sum, sum, sum, sum), 0));
  }
}

@inline
function rowSum(address: usize, panelStride: i32, panels: i32): v128 {
  let low = f32x4.splat(0);
  let high = low;
  for (let panel = 0; panel < panels; panel++) {
    low = f32x4.add(low, v128.load(address));
    high = f32x4.add(high, v128.load(address, 16));
    address += panelStride;
  }
  return f32x4.add(low, high);
}
