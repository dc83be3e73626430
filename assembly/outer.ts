import { product } from './product';
import { laneSums4, madd } from './simd';

/** Whether an outer product is worth packing for `outerPacked`; a function of its shape alone. */
@inline
export function isWide(rows: i32, cols: i32): bool {
  return rows >= 6 && cols >= 8;
}

/**
 * acc[i · cols + j] += Σ_k a[i, k] · b[j, k], from `packLeft` and `packRight`: a matrix product. Each element is summed
 * alone, over ascending k from 0, and then added.
 *
 * `acc` is row-major float32 [rows, cols]; `scratch` holds 32 · rows bytes.
 */
export function outerPacked(
  acc: usize, rows: i32, cols: i32, left: usize, right: usize, inner: i32, scratch: usize,
): void {
  const panels = cols >> 3;
  const rowBytes = cols << 2;
  product(acc, 32, rowBytes, right, inner << 5, left, rows, inner, panels, true);
  const rest = cols & 7;
  if (rest == 0) return;
  product(scratch, 0, 32, right + <usize>panels * (<usize>inner << 5), 0, left, rows, inner, 1, false);
  for (let row = 0; row < rows; row++) {
    const target = acc + <usize>row * rowBytes + (<usize>panels << 5);
    for (let j = 0; j < rest; j++) {
      const at = <usize>j << 2;
      store<f32>(target + at, load<f32>(target + at) + load<f32>(scratch + (<usize>row << 5) + at));
    }
  }
}

/**
 * The same for few rows or columns: acc[i · cols + j] += Σ a[i] · b[j] over `steps` steps, `panels` panels and the 8 rows of
 * a panel. a[i] of a panel is at a + step · aStepStride + panel · aPanelStride + 32 i, b[j] likewise (strides in bytes).
 * Each element is summed alone and always in the same order: the longer of panels and steps within the other, a panel's
 * two halves apart in four lanes, which are then added up, and last what `acc` held.
 */
export function outerNarrow(
  acc: usize, rows: i32, cols: i32, a: usize, aPanelStride: i32, aStepStride: i32,
  b: usize, bPanelStride: i32, bStepStride: i32, panels: i32, steps: i32,
): void {
  const rowBytes = cols << 2;
  if (cols <= rows)
    for (let j = 0; j < cols; j++)
      products(acc + (<usize>j << 2), rowBytes, rows, a, aPanelStride, aStepStride, b + (<usize>j << 5), bPanelStride, bStepStride, panels, steps);
  else
    for (let i = 0; i < rows; i++)
      products(acc + <usize>i * rowBytes, 4, cols, b, bPanelStride, bStepStride, a + (<usize>i << 5), aPanelStride, aStepStride, panels, steps);
}

/** The dot products of `count` units of `a` with one of `b`. */
function products(
  target: usize, stride: i32, count: i32, a: usize, aPanelStride: i32, aStepStride: i32,
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
  for (let unit = 0; unit < count; unit += 4) {
    // Of a last, incomplete four the first unit stands for those that are not there.
    const left = count - unit;
    const second: usize = left > 1 ? 32 : 0;
    const third: usize = left > 2 ? 64 : 0;
    const fourth: usize = left > 3 ? 96 : 0;
    let low0 = f32x4.splat(0);
    let high0 = low0;
    let low1 = low0;
    let high1 = low0;
    let low2 = low0;
    let high2 = low0;
    let low3 = low0;
    let high3 = low0;
    for (let i = 0; i < outer; i++) {
      let x = a + <usize>(i * aOuter + (unit << 5));
      let y = b + <usize>(i * bOuter);
      for (let j = 0; j < inner; j++) {
        const low = v128.load(y);
        const high = v128.load(y, 16);
        low3 = madd(v128.load(x + fourth), low, low3);
        high3 = madd(v128.load(x + fourth, 16), high, high3);
        low2 = madd(v128.load(x + third), low, low2);
        high2 = madd(v128.load(x + third, 16), high, high2);
        low1 = madd(v128.load(x + second), low, low1);
        high1 = madd(v128.load(x + second, 16), high, high1);
        low0 = madd(v128.load(x), low, low0);
        high0 = madd(v128.load(x, 16), high, high0);
        x += aInner;
        y += bInner;
      }
    }
    const sums = laneSums4(
      f32x4.add(low0, high0), f32x4.add(low1, high1), f32x4.add(low2, high2), f32x4.add(low3, high3),
    );
    addTo(target, f32x4.extract_lane(sums, 0));
    if (left > 1) addTo(target + stride, f32x4.extract_lane(sums, 1));
    if (left > 2) addTo(target + 2 * stride, f32x4.extract_lane(sums, 2));
    if (left > 3) addTo(target + 3 * stride, f32x4.extract_lane(sums, 3));
    target += 4 * stride;
  }
}

@inline
function addTo(address: usize, value: f32): void {
  store<f32>(address, load<f32>(address) + value);
}

/** acc[unit] += Σ a[unit] over the rows of `panels` panels: panels in order in two halves, then their sum's lanes. */
export function sumRowsInto(acc: usize, units: i32, a: usize, panelStride: i32, panels: i32): void {
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
