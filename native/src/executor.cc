#include "executor.h"

#include <algorithm>
#include <cstring>

namespace {

/**
 * Units of elementwise operations done at a time: a run's operands then stay in the first-level cache from one operation
 * to the next. A multiple of the four units that a block of noise gives.
 */
constexpr int kUnitsAtATime = 128;

class Worker {
 public:
  Worker(Job& job, const Kernels& kernels, char* workspace)
      : job_(job),
        kernels_(kernels),
        workspace_(workspace),
        transposed_(reinterpret_cast<float*>(workspace + job.workBytes)),
        addresses_(reinterpret_cast<char**>(workspace)),
        source_(noiseSource(job.key, job.antithetic)) {}

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
    for (size_t i = 0; i < job_.plan->descriptors.size(); i++) {
      const Descriptor& descriptor = job_.plan->descriptors[i];
      addresses_[i] = baseOf(descriptor.region) + descriptor.offset;
    }
    for (const Phase& phase : job_.plan->phases) runPhase(phase);
  }

  char* baseOf(Region region) const {
    return region == Region::tile ? tile_ : region == Region::absolute ? job_.memory + job_.shared : workspace_;
  }

  void runPhase(const Phase& phase) {
    if (phase.kind == PhaseKind::once) return runSteps(phase, 0, 1);
    if (phase.kind == PhaseKind::scan) return runSteps(phase, 0, job_.steps);
    const int64_t segments = (job_.steps + job_.segmentSteps - 1) / job_.segmentSteps;
    const auto firstOf = [&](int64_t segment) {
      // The first segment takes what whole segments from the end leave over.
      return segment == 0 ? 0 : job_.steps - (segments - segment) * job_.segmentSteps;
    };
    char* carries = workspace_ + job_.segmentCarries;
    char* kept = workspace_ + job_.segmentKept;
    const size_t bytes = static_cast<size_t>(job_.segmentBytes);
    if (phase.kind == PhaseKind::segmentedScan) {
      for (int64_t segment = 0; segment < segments; segment++) {
        std::memcpy(kept + segment * job_.segmentBytes, carries, bytes);
        segmentStart_ = firstOf(segment);
        runSteps(phase, segmentStart_, firstOf(segment + 1));
      }
      std::memcpy(kept + segments * job_.segmentBytes, carries, bytes);
    } else {
      const Phase& again = job_.plan->phases[phase.again];
      for (int64_t segment = segments - 1; segment >= 0; segment--) {
        std::memcpy(carries, kept + segment * job_.segmentBytes, bytes);
        segmentStart_ = firstOf(segment);
        runSteps(again, segmentStart_, firstOf(segment + 1));
        runSteps(phase, segmentStart_, firstOf(segment + 1));
      }
      std::memcpy(carries, kept + segments * job_.segmentBytes, bytes);
    }
  }

  int64_t stepIn(Region region, int64_t step) const { return region == Region::segment ? step - segmentStart_ : step; }

  /** Steps `first` to `end` − 1 of a phase, in its order. */
  void runSteps(const Phase& phase, int64_t first, int64_t end) {
    int slot = 0;
    for (int64_t visit = 0; visit < end - first; visit++) {
      const int64_t step = phase.reverse ? end - 1 - visit : first + visit;
      for (const int32_t index : phase.moving) {
        const Descriptor& descriptor = job_.plan->descriptors[static_cast<size_t>(index)];
        addresses_[index] = baseOf(descriptor.region) + descriptor.offset +
                            stepIn(descriptor.region, step) * descriptor.stepBytes + slot * descriptor.slotBytes;
      }
      source_.step = static_cast<uint32_t>(job_.firstStep + step);
      execute(phase.operations);
      slot++;
      if (slot == phase.blockSteps || visit == end - first - 1) {
        multiplyOut(phase, slot, phase.reverse ? step + slot - 1 : step - slot + 1);
        slot = 0;
      }
    }
  }

  Operand operand(const Reference& reference) const {
    return {addresses_[reference.descriptor], reference.panel, reference.unit};
  }
  Output output(const Reference& reference) const { return {addresses_[reference.descriptor], reference.panel}; }

  /** The operations of one step. */
  void execute(const std::vector<Operation>& operations) {
    const Operation* operation = operations.data();
    for (const Operation* end = operation + operations.size(); operation < end; operation += operation->run)
      switch (operation->code) {
        case Code::product:
          kernels_.product(output(operation->out), operand(operation->args[0]),
                           reinterpret_cast<const float*>(job_.memory + job_.shared + operation->weights),
                           operation->units, operation->inner, panels_, operation->accumulate);
          break;
        case Code::sum:
          kernels_.sum(output(operation->out), operand(operation->args[0]), operation->units, panels_);
          break;
        case Code::logSumExp:
          kernels_.logSumExp(output(operation->out), operand(operation->args[0]), operation->units, panels_);
          break;
        case Code::sumRows:
          kernels_.sumRows(accumulator(operation->accumulator), operand(operation->args[0]), operation->units, panels_);
          break;
        default:
          executeRun(operation);
      }
  }

  /** Elementwise operations that follow each other, some units of a panel at a time. */
  void executeRun(const Operation* first) {
    const Operation* end = first + first->run;
    for (int panel = 0; panel < panels_; panel++)
      for (int unit = 0; unit < first->units; unit += kUnitsAtATime) {
        const int units = std::min(kUnitsAtATime, first->units - unit);
        for (const Operation* operation = first; operation < end; operation++) elementwise(*operation, panel, unit, units);
      }
  }

  void elementwise(const Operation& operation, int panel, int unit, int units) const {
    const auto at = [&](const Reference& reference) {
      return addresses_[reference.descriptor] + panel * static_cast<ptrdiff_t>(reference.panel) +
             unit * static_cast<ptrdiff_t>(reference.unit);
    };
    const auto argument = [&](int index) -> Units {
      const Reference& from = operation.args[index];
      return {reinterpret_cast<const float*>(at(from)), from.unit / static_cast<int32_t>(sizeof(float))};
    };
    float* out = reinterpret_cast<float*>(at(operation.out));
    switch (operation.code) {
      case Code::unary:
        return kernels_.unary[operation.name](out, argument(0), units);
      case Code::binary:
        return kernels_.binary[operation.name](out, argument(0), argument(1), units);
      case Code::ternary:
        return kernels_.ternary[operation.name](out, argument(0), argument(1), argument(2), units);
      default:
        return kernels_.noise(static_cast<Distribution>(operation.name), out, unit, units, samples_ + panel * kPanelRows, source_,
                              operation.stream, operation.threshold);
    }
  }

  float* accumulator(uint32_t offset) const { return reinterpret_cast<float*>(accumulators_ + offset); }

  /** The outer products of a block of steps; those that share their right side follow each other. */
  void multiplyOut(const Phase& phase, int steps, int64_t firstStep) {
    const OuterProduct* known = nullptr;
    for (const OuterProduct& term : phase.outerProducts) {
      const BlockOperand a = blockOperand(term.a, firstStep, phase.reverse);
      const BlockOperand b = blockOperand(term.b, firstStep, phase.reverse);
      if (known == nullptr || known->b.descriptor != term.b.descriptor || known->columns != term.columns)
        kernels_.transpose(transposed_, b, term.columns, panels_, steps);
      known = &term;
      kernels_.outer(accumulator(term.accumulator), a, b, transposed_, term.rows, term.columns, panels_, steps);
    }
  }

  BlockOperand blockOperand(const Reference& reference, int64_t firstStep, bool reverse) const {
    const Descriptor& d = job_.plan->descriptors[static_cast<size_t>(reference.descriptor)];
    const char* data = baseOf(d.region) + d.offset + stepIn(d.region, firstStep) * d.stepBytes;
    return {data, reference.panel, static_cast<ptrdiff_t>(d.slotBytes + (reverse ? -d.stepBytes : d.stepBytes))};
  }

  Job& job_;
  const Kernels& kernels_;
  char* const workspace_;
  float* const transposed_;
  /** By descriptor; stands at the start of the workspace. */
  char** const addresses_;
  NoiseSource source_;
  char* accumulators_ = nullptr;
  char* tile_ = nullptr;
  const uint32_t* samples_ = nullptr;
  int panels_ = 0;
  int64_t segmentStart_ = 0;
};

}  // namespace

int64_t transposedBytesOf(const Job& job) {
  size_t floats = 0;
  for (const Phase& phase : job.plan->phases)
    for (const OuterProduct& term : phase.outerProducts)
      floats = std::max(floats, transposedFloats(static_cast<size_t>(term.columns),
                                                 static_cast<size_t>(job.tileRows * phase.blockSteps)));
  return static_cast<int64_t>(floats * sizeof(float));
}

void runGroups(Job& job, const Kernels& kernels, char* workspace) { Worker(job, kernels, workspace).run(); }
