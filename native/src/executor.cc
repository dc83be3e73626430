#include "executor.h"

#include <algorithm>
#include <cstring>

namespace {

enum Code { kEnd, kProduct, kUnary, kBinary, kTernary, kNoise, kSum, kLogSumExp, kGather };
enum PhaseKind { kScan, kOnce, kEndOfPhases, kSegmentedScan, kSegmentedAdjoint };
enum Region { kWorkspace, kTile, kAbsolute, kSegment };

struct Descriptor {
  int32_t region;
  uint32_t offset;
  int32_t stepBytes, slotBytes;
};

struct Phase {
  int32_t kind, reverse, blockSteps, movingCount;
  /** Bytes from the start of the words. */
  uint32_t moving, operations, deferred, again;
};

class Worker {
 public:
  Worker(Job& job, const Kernels& kernels, char* workspace)
      : job_(job),
        kernels_(kernels),
        workspace_(workspace),
        transposed_(reinterpret_cast<float*>(workspace + job.workBytes)),
        addresses_(reinterpret_cast<char**>(workspace)),
        descriptors_(reinterpret_cast<const Descriptor*>(job.words.data() + job.descriptors)) {}

  void run() {
    for (;;) {
      const int64_t group = job_.nextGroup.fetch_add(1);
      if (group >= job_.groups) return;
      accumulators_ = job_.memory + job_.accumulators + group * job_.accumulatorBytes;
      std::memset(accumulators_, 0, static_cast<size_t>(job_.accumulatorBytes));
      const int64_t end = (group + 1) * job_.tiles / job_.groups;
      for (int64_t tile = group * job_.tiles / job_.groups; tile < end; tile++) runTile(tile);
    }
  }

 private:
  void runTile(int64_t tile) {
    const int64_t rows = std::min(job_.tileRows, job_.rows - tile * job_.tileRows);
    panels_ = static_cast<int>((rows + kPanelRows - 1) / kPanelRows);
    samples_ = reinterpret_cast<const uint32_t*>(job_.memory + job_.samples) + tile * job_.tileRows;
    tile_ = job_.memory + job_.tileRegion + tile * job_.tileBytes;
    for (int64_t i = 0; i < job_.descriptorCount; i++)
      addresses_[i] = baseOf(descriptors_[i].region) + descriptors_[i].offset;
    const Phase* phase = reinterpret_cast<const Phase*>(job_.words.data() + job_.phases);
    for (; phase->kind != kEndOfPhases; phase++) runPhase(*phase);
  }

  char* baseOf(int32_t region) const {
    return region == kTile ? tile_ : region == kAbsolute ? job_.memory + job_.shared : workspace_;
  }

  const int32_t* wordsAt(uint32_t bytes) const { return job_.words.data() + bytes / 4; }

  void runPhase(const Phase& phase) {
    if (phase.kind == kOnce) return runSteps(phase, 0, 1);
    if (phase.kind == kScan) return runSteps(phase, 0, job_.steps);
    const int64_t segments = (job_.steps + job_.segmentSteps - 1) / job_.segmentSteps;
    const auto firstOf = [&](int64_t segment) {
      // The first segment takes what whole segments from the end leave over.
      return segment == 0 ? 0 : job_.steps - (segments - segment) * job_.segmentSteps;
    };
    char* carries = workspace_ + job_.segmentCarries;
    char* kept = workspace_ + job_.segmentKept;
    const size_t bytes = static_cast<size_t>(job_.segmentBytes);
    if (phase.kind == kSegmentedScan) {
      for (int64_t segment = 0; segment < segments; segment++) {
        std::memcpy(kept + segment * job_.segmentBytes, carries, bytes);
        segmentStart_ = firstOf(segment);
        runSteps(phase, segmentStart_, firstOf(segment + 1));
      }
      std::memcpy(kept + segments * job_.segmentBytes, carries, bytes);
    } else {
      const Phase& again = *reinterpret_cast<const Phase*>(wordsAt(phase.again));
      for (int64_t segment = segments - 1; segment >= 0; segment--) {
        std::memcpy(carries, kept + segment * job_.segmentBytes, bytes);
        segmentStart_ = firstOf(segment);
        runSteps(again, segmentStart_, firstOf(segment + 1));
        runSteps(phase, segmentStart_, firstOf(segment + 1));
      }
      std::memcpy(carries, kept + segments * job_.segmentBytes, bytes);
    }
  }

  int64_t stepIn(int32_t region, int64_t step) const { return region == kSegment ? step - segmentStart_ : step; }

  /** Steps `first` to `end` − 1 of a phase, in its order. */
  void runSteps(const Phase& phase, int64_t first, int64_t end) {
    const int32_t* moving = wordsAt(phase.moving);
    const int32_t* operations = wordsAt(phase.operations);
    const int32_t* deferred = wordsAt(phase.deferred);
    int slot = 0;
    for (int64_t visit = 0; visit < end - first; visit++) {
      const int64_t step = phase.reverse ? end - 1 - visit : first + visit;
      for (int32_t i = 0; i < phase.movingCount; i++) {
        const Descriptor& descriptor = descriptors_[moving[i]];
        addresses_[moving[i]] = baseOf(descriptor.region) + descriptor.offset +
                                stepIn(descriptor.region, step) * descriptor.stepBytes +
                                static_cast<int64_t>(slot) * descriptor.slotBytes;
      }
      execute(operations, static_cast<uint32_t>(job_.firstStep + step));
      slot++;
      if (slot == phase.blockSteps || visit == end - first - 1) {
        multiplyOut(deferred, slot, phase.reverse ? step + slot - 1 : step - slot + 1, phase.reverse != 0);
        slot = 0;
      }
    }
  }

  Output output(const int32_t* p) const { return {addresses_[p[0]], p[1]}; }
  Operand operand(const int32_t* p) const { return {addresses_[p[0]], p[1], p[2]}; }

  /** The operations of one step. */
  void execute(const int32_t* p, uint32_t step) {
    for (;;) {
      switch (p[0]) {
        case kProduct:
          // code, out, out stride, in, in stride, weights, units, inner, accumulate
          kernels_.product(output(p + 1), {addresses_[p[3]], p[4], kUnitBytes},
                           reinterpret_cast<const float*>(job_.memory + job_.shared + static_cast<uint32_t>(p[5])), p[6],
                           p[7], panels_, p[8] != 0);
          p += 9;
          break;
        case kUnary:
          // code, name, units, out, out stride, operands of descriptor, panel stride and unit stride
          kernels_.unary(p[1], output(p + 3), operand(p + 5), p[2], panels_);
          p += 8;
          break;
        case kBinary:
          kernels_.binary(p[1], output(p + 3), operand(p + 5), operand(p + 8), p[2], panels_);
          p += 11;
          break;
        case kTernary:
          kernels_.ternary(p[1], output(p + 3), operand(p + 5), operand(p + 8), operand(p + 11), p[2], panels_);
          p += 14;
          break;
        case kNoise: {
          // code, distribution, units, out, out stride, stream, threshold
          const NoiseSource source = {samples_, {job_.key[0], job_.key[1]}, step, job_.antithetic};
          kernels_.noise(p[1], output(p + 3), p[2], panels_, source, static_cast<uint32_t>(p[5]),
                         static_cast<uint32_t>(p[6]));
          p += 7;
          break;
        }
        case kSum:
          kernels_.sum(output(p + 2), operand(p + 4), p[1], panels_);
          p += 7;
          break;
        case kLogSumExp:
          kernels_.logSumExp(output(p + 2), operand(p + 4), p[1], panels_);
          p += 7;
          break;
        case kGather:
          // code, accumulator, units, a, a stride
          kernels_.gather(accumulator(p[1]), {addresses_[p[3]], p[4], kUnitBytes}, p[2], panels_);
          p += 5;
          break;
        default:
          return;
      }
    }
  }

  float* accumulator(int32_t offset) const {
    return reinterpret_cast<float*>(accumulators_ + static_cast<uint32_t>(offset));
  }

  /** The outer products of a block of steps: accumulator (−1 ends the list), rows, columns, two of descriptor and stride. */
  void multiplyOut(const int32_t* p, int steps, int64_t firstStep, bool reverse) {
    BlockOperand known = {nullptr, 0, 0};
    int knownColumns = 0;
    for (; p[0] >= 0; p += 7) {
      const BlockOperand a = blockOperand(p + 3, firstStep, reverse), b = blockOperand(p + 5, firstStep, reverse);
      if (b.data != known.data || b.step != known.step || p[2] != knownColumns)
        kernels_.transpose(transposed_, b, p[2], panels_, steps);
      known = b;
      knownColumns = p[2];
      kernels_.outer(accumulator(p[0]), a, b, transposed_, p[1], p[2], panels_, steps);
    }
  }

  BlockOperand blockOperand(const int32_t* p, int64_t firstStep, bool reverse) const {
    const Descriptor& d = descriptors_[p[0]];
    const char* data = baseOf(d.region) + d.offset + stepIn(d.region, firstStep) * d.stepBytes;
    return {data, p[1], d.slotBytes + (reverse ? -static_cast<ptrdiff_t>(d.stepBytes) : d.stepBytes)};
  }

  Job& job_;
  const Kernels& kernels_;
  char* const workspace_;
  float* const transposed_;
  /** By descriptor; stands at the start of the workspace. */
  char** const addresses_;
  const Descriptor* const descriptors_;
  char* accumulators_ = nullptr;
  char* tile_ = nullptr;
  const uint32_t* samples_ = nullptr;
  int panels_ = 0;
  int64_t segmentStart_ = 0;
};

}  // namespace

int64_t transposedBytesOf(const Job& job) {
  size_t floats = 0;
  const Phase* phase = reinterpret_cast<const Phase*>(job.words.data() + job.phases);
  for (; phase->kind != kEndOfPhases; phase++) {
    const size_t rows = static_cast<size_t>(job.tileRows) * static_cast<size_t>(phase->blockSteps);
    for (const int32_t* p = job.words.data() + phase->deferred / 4; p[0] >= 0; p += 7)
      floats = std::max(floats, transposedFloats(static_cast<size_t>(p[2]), rows));
  }
  return static_cast<int64_t>(floats * sizeof(float));
}

void runGroups(Job& job, const Kernels& kernels, char* workspace) { Worker(job, kernels, workspace).run(); }
