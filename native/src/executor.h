// Runs a tape over the tiles of a batch. The words are those that src/engine/tape/encode.ts writes; assembly/index.ts, the
// same executor in WebAssembly, lists their layout. Here the words keep their relative addresses.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels.h"

/** Version of the words' layout; src/engine/native/binding.ts holds the same number. */
constexpr int kTapeVersion = 1;

/** One run of a tape on one batch. Sizes and offsets in bytes. */
struct Job {
  std::vector<int32_t> words;
  /** Positions in `words` of the phases and the descriptors. */
  int64_t phases, descriptors, descriptorCount;
  int64_t steps, rows, tileRows, tiles, groups;
  char* memory;
  /** In `memory`: shared values, samples, accumulators of all groups, blocks of all tiles. */
  int64_t shared, samples, accumulators, accumulatorBytes, tileRegion, tileBytes;
  uint32_t key[2];
  uint32_t firstStep;
  bool antithetic;
  /** Where scans are run in segments: their length, and where in a workspace their carries lie and are kept. */
  int64_t segmentSteps, segmentCarries, segmentBytes, segmentKept;
  /** Bytes of a worker's workspace, and of what it needs beside it for transposed operands. */
  int64_t workBytes, transposedBytes;
  /** The next group to be run. */
  std::atomic<int64_t> nextGroup{0};
};

/** Bytes of transposed operands of the largest outer product of the job's tape. */
int64_t transposedBytesOf(const Job& job);

/**
 * Takes groups of tiles until none is left. A group has its own accumulators and is run by one worker in order, so sums
 * do not depend on the number of workers.
 */
void runGroups(Job& job, const Kernels& kernels, char* workspace);
