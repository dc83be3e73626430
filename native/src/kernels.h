// What the executor calls: one table of kernels for each set of vector instructions, all over panels of 16 rows. A row
// value of width n is stored in panels [n][16], float32; panels are `panel` ≥ 64 n bytes apart.
#pragma once
#include <cstddef>
#include <cstdint>

#include "generated/tape.h"

constexpr int kPanelRows = 16;
constexpr int kUnitBytes = kPanelRows * 4;
/** Columns that a block of transposed operands of the weight-gradient kernel holds. */
constexpr int kTransposedColumns = 32;

/** A row value: where it starts, bytes from panel to panel (0: one panel for all), and from unit to unit (0: one unit). */
struct Operand {
  const char* data;
  ptrdiff_t panel;
  ptrdiff_t unit;
};

struct Output {
  char* data;
  ptrdiff_t panel;
};

/** A row value of one panel: where its first unit starts, and floats from unit to unit (0: one unit for all). */
struct Units {
  const float* data;
  ptrdiff_t stride;
};

/** One elementwise operation on a panel; `out` has its units one after the other. */
using Unary = void (*)(float* out, Units a, int units);
using Binary = void (*)(float* out, Units a, Units b, int units);
using Ternary = void (*)(float* out, Units a, Units b, Units c, int units);

constexpr int kNoiseRounds = 10;

/** Where noise comes from; see src/random/noise.ts for the counter's layout. */
struct NoiseSource {
  /** Two words a round. */
  uint32_t keys[kNoiseRounds][2];
  uint32_t step;
  bool antithetic;
};

inline NoiseSource noiseSource(const uint32_t key[2], bool antithetic) {
  NoiseSource source = {};
  for (uint32_t round = 0; round < kNoiseRounds; round++) {
    source.keys[round][0] = key[0] + round * 0x9e3779b9u;
    source.keys[round][1] = key[1] + round * 0xbb67ae85u;
  }
  source.antithetic = antithetic;
  return source;
}

/** One side of an outer product over a block of steps. */
struct BlockOperand {
  const char* data;
  ptrdiff_t panel;
  ptrdiff_t step;
};

struct Kernels {
  /** Whether a · b + c is rounded once; results of all sets that do are the same to the bit. */
  bool fused;
  /** Units of a block of packed weights. */
  int productUnits;
  /** out[unit] (+)= Σ_k W[unit, k] · in[k]; k ascends, from the value in `out` or from 0. */
  void (*product)(Output out, Operand in, const float* weights, int units, int inner, int panels, bool accumulate);
  /** By the numbers of the functions, as in generated/functions.h. */
  const Unary* unary;
  const Binary* binary;
  const Ternary* ternary;
  /** Units of a panel from `firstUnit` on, a multiple of 4, which is what `out` starts with; `samples` of its rows. */
  void (*noise)(Distribution distribution, float* out, int firstUnit, int units, const uint32_t* samples,
                const NoiseSource& source, uint32_t stream, uint32_t threshold);
  /** out[0] = Σ over units, and log Σ exp over units; one value a row. */
  void (*sum)(Output out, Operand a, int units, int panels);
  void (*logSumExp)(Output out, Operand a, int units, int panels);
  /** accumulator[unit] += Σ a[unit] over the rows of all panels. */
  void (*sumRows)(float* accumulator, Operand a, int units, int panels);
  /** Lays the columns of an operand of outer products out by row: see outer.h. */
  void (*transpose)(float* transposed, BlockOperand b, int columns, int panels, int steps);
  /** accumulator[i, j] += Σ a[i] · b[j] over steps and rows; `transposed` is what `transpose` made of b. */
  void (*outer)(float* accumulator, BlockOperand a, BlockOperand b, const float* transposed, int rows, int columns,
                int panels, int steps);
};

/** Floats that `transpose` may fill for so many columns, and rows times steps. */
constexpr size_t transposedFloats(size_t columns, size_t rows) {
  return (columns + kTransposedColumns - 1) / kTransposedColumns * kTransposedColumns * rows;
}

// Tables exist for the sets that the build was made with.
extern const Kernels kernelsAvx512;
extern const Kernels kernelsAvx2;
extern const Kernels kernelsNeon;
extern const Kernels kernelsScalar;
