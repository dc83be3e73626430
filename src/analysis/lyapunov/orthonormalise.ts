/**
 * Replaces k tangent vectors of one row by orthonormal ones that span the same spaces, by modified Gram–Schmidt twice,
 * and writes the logarithms of the diagonal of R: how much each direction has grown, given the ones before it.
 */
export function orthonormalise(vectors: readonly Float64Array[], growth: Float64Array): void {
  for (const [index, own] of vectors.entries()) {
    let factor = 1;
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors.slice(0, index)) {
        let overlap = 0;
        for (let i = 0; i < own.length; i++) overlap += own[i]! * other[i]!;
        for (let i = 0; i < own.length; i++) own[i]! -= overlap * other[i]!;
      }
      let square = 0;
      for (let i = 0; i < own.length; i++) square += own[i]! ** 2;
      const length = Math.sqrt(square);
      factor *= length;
      if (length > 0) for (let i = 0; i < own.length; i++) own[i]! /= length;
    }
    growth[index] = Math.log(factor);
  }
}
