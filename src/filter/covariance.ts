/**
 * Covariances in float64, row-major [N, N], both halves stored. Loops write the lower half and mirror it, so that what is
 * symmetric stays symmetric to the bit; nothing is allocated.
 */
import { accumulateProduct } from '../linear-algebra/dense.js';

/**
 * S⁻ = J S Jᵀ + B Bᵀ + Q.
 * @param derivatives [N + q, N]: Jᵀ above Bᵀ.
 * @param product [N, N], scratch: S Jᵀ afterwards.
 * @param noise [N, N] B Bᵀ where it is known, or null to add the rows of `derivatives` beyond the N-th.
 */
export function predictCovariance(
  out: Float64Array,
  S: Float64Array,
  derivatives: Float64Array,
  size: number,
  product: Float64Array,
  noise: Float64Array | null,
  added: Float64Array | null,
  share = 1,
): void {
  product.fill(0);
  accumulateProduct(product, S, derivatives, size);
  if (noise === null) out.fill(0);
  else out.set(noise);
  addLowerProduct(out, derivatives, product, size);
  if (noise === null) addOuterProducts(out, derivatives, size, derivatives.length / size, size);
  if (added !== null) for (let i = 0; i < out.length; i++) out[i]! += share * added[i]!;
  mirror(out, size);
}

/** out += AᵀB on and below the diagonal. */
export function addLowerProduct(out: Float64Array, A: Float64Array, B: Float64Array, size: number): void {
  const paired = size - (size % 2);
  const blocked = size - (size % 4);
  for (let i = 0; i < paired; i += 2) {
    const first = i * size;
    const second = first + size;
    for (let k = 0; k < blocked; k += 4) {
      const [k0, k1, k2, k3] = [k * size, (k + 1) * size, (k + 2) * size, (k + 3) * size];
      const a0 = A[k0 + i]!;
      const a1 = A[k1 + i]!;
      const a2 = A[k2 + i]!;
      const a3 = A[k3 + i]!;
      const c0 = A[k0 + i + 1]!;
      const c1 = A[k1 + i + 1]!;
      const c2 = A[k2 + i + 1]!;
      const c3 = A[k3 + i + 1]!;
      for (let j = 0; j <= i + 1; j++) {
        const b0 = B[k0 + j]!;
        const b1 = B[k1 + j]!;
        const b2 = B[k2 + j]!;
        const b3 = B[k3 + j]!;
        out[first + j]! += a0 * b0 + a1 * b1 + (a2 * b2 + a3 * b3);
        out[second + j]! += c0 * b0 + c1 * b1 + (c2 * b2 + c3 * b3);
      }
    }
    for (let k = blocked; k < size; k++) {
      const a = A[k * size + i]!;
      const c = A[k * size + i + 1]!;
      for (let j = 0; j <= i + 1; j++) {
        out[first + j]! += a * B[k * size + j]!;
        out[second + j]! += c * B[k * size + j]!;
      }
    }
  }
  for (let i = paired; i < size; i++)
    for (let k = 0; k < size; k++) {
      const a = A[k * size + i]!;
      for (let j = 0; j <= i; j++) out[i * size + j]! += a * B[k * size + j]!;
    }
}

/** out += Σ b bᵀ on and below the diagonal, over the rows `from` … `to` − 1 of [rows, N]; rows of few entries are quick. */
export function addOuterProducts(out: Float64Array, rows: Float64Array, from: number, to: number, size: number): void {
  for (let row = from * size; row < to * size; row += size)
    for (let i = 0; i < size; i++) {
      const left = rows[row + i]!;
      if (left === 0) continue;
      const at = i * size;
      for (let j = 0; j <= i; j++) out[at + j]! += left * rows[row + j]!;
    }
}

/** Copies what is below the diagonal above it. */
export function mirror(out: Float64Array, size: number): void {
  for (let i = 1; i < size; i++)
    for (let j = 0, at = i * size, mirrored = i; j < i; j++, at++, mirrored += size) out[mirrored] = out[at]!;
}

/** out = S a of a symmetric S. */
export function times(out: Float64Array, S: Float64Array, a: Float64Array, from: number, size: number): void {
  const blocked = size - (size % 4);
  for (let i = 0, at = 0; i < size; i++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let k = from;
    const end = from + blocked;
    for (; k < end; k += 4, at += 4) {
      s0 += S[at]! * a[k]!;
      s1 += S[at + 1]! * a[k + 1]!;
      s2 += S[at + 2]! * a[k + 2]!;
      s3 += S[at + 3]! * a[k + 3]!;
    }
    for (; k < from + size; k++, at++) s0 += S[at]! * a[k]!;
    out[i] = s0 + s1 + (s2 + s3);
  }
}

export function dot(a: Float64Array, from: number, b: Float64Array, other: number, size: number): number {
  let total = 0;
  for (let i = 0; i < size; i++) total += a[from + i]! * b[other + i]!;
  return total;
}
