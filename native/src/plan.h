// The words of a tape, read once a run into structures that the executor walks through. src/engine/words writes them and
// describes them (generated/tape.h); here they keep their relative addresses.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "generated/tape.h"

/** Where an operand lies: in a region, moving with the step, or with the step's place in a block of steps. */
struct Descriptor {
  Region region;
  int64_t offset, stepBytes, slotBytes;
};

/** A descriptor's index, and the strides of panels and units in bytes. */
struct Reference {
  int32_t descriptor = 0;
  int32_t panel = 0;
  int32_t unit = 0;
};

struct Operation {
  Code code;
  /** Of a unary, binary or ternary operation, or the distribution of noise. */
  int32_t name = 0;
  int32_t units = 0;
  Reference out;
  Reference args[3];
  int32_t argCount = 0;
  /** Of a product: its matrix in the shared region, columns, and whether it adds to `out`. */
  uint32_t weights = 0;
  int32_t inner = 0;
  bool accumulate = false;
  /** Of noise. */
  uint32_t stream = 0, threshold = 0;
  /** Of a sum over rows: its place among the accumulators. */
  uint32_t accumulator = 0;
  /** Operations from here on, this one included, that may be done a few units at a time, one after the other. */
  int32_t run = 1;
};

struct OuterProduct {
  uint32_t accumulator;
  int32_t rows, columns;
  Reference a, b;
};

struct Phase {
  PhaseKind kind;
  bool reverse;
  int32_t blockSteps;
  /** Descriptors that move with the step. */
  std::vector<int32_t> moving;
  std::vector<Operation> operations;
  std::vector<OuterProduct> outerProducts;
  /** Of a segmented adjoint: the phase it runs again. */
  size_t again;
};

struct Plan {
  std::vector<Phase> phases;
  std::vector<Descriptor> descriptors;
  /** What a row took for a step when it was last run; infinite before. */
  mutable std::atomic<double> seconds{std::numeric_limits<double>::infinity()};
};

/**
 * @param phases, descriptors positions in the words.
 * @param panels panels of a full tile.
 * @returns whether the words make sense.
 * @throws std::bad_alloc
 */
bool readPlan(const std::vector<int32_t>& words, size_t phases, size_t descriptors, size_t descriptorCount, int panels,
              Plan* plan);
