// Runs a plan over the tiles of a batch: all phases and all steps of one tile after another.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "kernels.h"
#include "plan.h"

/** One run of a plan on one batch. Sizes and offsets in bytes. */
struct Job {
  std::shared_ptr<const Plan> plan;
  int64_t steps, rows, tileRows, tiles, groups;
  char* memory;
  /** In `memory`: shared values, samples, accumulators of all groups, blocks of all tiles. */
  int64_t shared, samples, accumulators, accumulatorBytes, tileRegion, tileBytes;
  uint32_t key[2];
  uint32_t firstStep;
  bool antithetic;
  /** Where scans are run in segments: their length, and where in a workspace their carries lie and are kept. */
  int64_t segmentSteps, segmentCarries, segmentBytes, segmentKept;
  /** Bytes of a worker's workspace as the layout has it; transposed operands stand behind it. */
  int64_t workBytes;
  /** The next group to be run. */
  std::atomic<int64_t> nextGroup{0};
};

/** Bytes of transposed operands of the largest outer product of the job. */
int64_t transposedBytesOf(const Job& job);

/**
 * Takes groups of tiles until none is left. A group has its own accumulators and is run by one worker in order, so sums
 * do not depend on the number of workers.
 */
void runGroups(Job& job, const Kernels& kernels, char* workspace);
