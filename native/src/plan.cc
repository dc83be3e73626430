#include "plan.h"

#include "kernels.h"

namespace {

constexpr size_t kPhaseWords = 8, kDescriptorWords = 4;

/** Reads words in order; past the end it reads zeros and remembers. */
class Reader {
 public:
  Reader(const std::vector<int32_t>& words, size_t at, size_t descriptorCount)
      : words_(words), at_(at), descriptorCount_(descriptorCount) {}

  int32_t next() {
    if (at_ < words_.size()) return words_[at_++];
    sound_ = false;
    return 0;
  }
  uint32_t offset() { return static_cast<uint32_t>(next()); }
  int32_t descriptor() {
    const int32_t index = next();
    if (index >= 0 && static_cast<size_t>(index) < descriptorCount_) return index;
    sound_ = false;
    return 0;
  }
  /** A descriptor and its panel stride; operands of products and outer products have all their units. */
  Reference whole() {
    const int32_t index = descriptor();
    return {index, next(), kUnitBytes};
  }
  Reference operand() {
    Reference reference = whole();
    reference.unit = next();
    return reference;
  }
  bool sound() const { return sound_; }

 private:
  const std::vector<int32_t>& words_;
  size_t at_;
  const size_t descriptorCount_;
  bool sound_ = true;
};

/** One operation, by its code. */
bool readOperation(Reader& words, Operation* operation) {
  switch (operation->code) {
    case Code::product:
      operation->out = words.whole();
      operation->args[0] = words.whole();
      operation->weights = words.offset();
      operation->units = words.next();
      operation->inner = words.next();
      operation->accumulate = words.next() != 0;
      operation->argCount = 1;
      return operation->inner > 0;
    case Code::unary:
    case Code::binary:
    case Code::ternary: {
      constexpr int names[] = {kUnaryNames, kBinaryNames, kTernaryNames};
      const int kind = static_cast<int>(operation->code) - static_cast<int>(Code::unary);
      operation->name = words.next();
      operation->units = words.next();
      operation->out = words.whole();
      operation->argCount = kind + 1;
      for (int i = 0; i <= kind; i++) operation->args[i] = words.operand();
      return operation->name >= 0 && operation->name < names[kind];
    }
    case Code::noise:
      operation->name = words.next();
      operation->units = words.next();
      operation->out = words.whole();
      operation->stream = words.offset();
      operation->threshold = words.offset();
      return operation->name >= 0 && operation->name < kDistributions;
    case Code::sum:
    case Code::logSumExp:
      operation->units = words.next();
      operation->out = words.whole();
      operation->args[0] = words.operand();
      operation->argCount = 1;
      return true;
    case Code::gather:
      operation->accumulator = words.offset();
      operation->units = words.next();
      operation->args[0] = words.whole();
      operation->argCount = 1;
      return true;
    default:
      return false;
  }
}

/** Bytes of a tile that an operand reaches, as they lie at the first step: how two of them lie never changes. */
struct Span {
  bool inTile, shared, written;
  int64_t start, end;
  Reference reference;
};

class Runs {
 public:
  Runs(const std::vector<Descriptor>& descriptors, int panels) : descriptors_(descriptors), panels_(panels) {}

  /** Marks every operation with the length of the run that starts with it. */
  void mark(std::vector<Operation>& operations) const {
    for (size_t first = 0; first < operations.size();) {
      size_t end = first + 1;
      if (elementwise(operations[first])) {
        std::vector<Span> seen;
        if (joins(operations[first], operations[first], seen))
          while (end < operations.size() && joins(operations[first], operations[end], seen)) end++;
      }
      operations[first].run = static_cast<int32_t>(end - first);
      first = end;
    }
  }

 private:
  static bool elementwise(const Operation& operation) {
    return operation.code >= Code::unary && operation.code <= Code::noise;
  }

  /** Whether an operation may join those whose operands were seen: it then is among them. */
  bool joins(const Operation& first, const Operation& operation, std::vector<Span>& seen) const {
    if (!elementwise(operation) || operation.units != first.units) return false;
    Span own[4] = {spanOf(operation.out, operation.units, true)};
    for (int i = 0; i < operation.argCount; i++) own[i + 1] = spanOf(operation.args[i], operation.units, false);
    for (const Span& before : seen)
      for (int i = 0; i <= operation.argCount; i++)
        if (!apart(before, own[i])) return false;
    // What an operation does to its own operands is the same for any number of units at a time only unit for unit.
    for (int i = 1; i <= operation.argCount; i++)
      if (!apart(own[0], own[i])) return false;
    seen.insert(seen.end(), own, own + operation.argCount + 1);
    return true;
  }

  /** Nothing shared is written; or both go through the same units in step. */
  static bool apart(const Span& a, const Span& b) {
    if (!(a.written || b.written) || a.shared || b.shared || a.inTile != b.inTile) return true;
    if (a.end <= b.start || b.end <= a.start) return true;
    return a.start == b.start && a.reference.panel == b.reference.panel && a.reference.unit == b.reference.unit &&
           a.reference.unit == kUnitBytes;
  }

  Span spanOf(const Reference& reference, int32_t units, bool written) const {
    const Descriptor& descriptor = descriptors_[static_cast<size_t>(reference.descriptor)];
    const int64_t bytes = static_cast<int64_t>(panels_ - 1) * reference.panel +
                          static_cast<int64_t>(reference.unit == 0 ? 1 : units) * kUnitBytes;
    return {descriptor.region == Region::tile, descriptor.region == Region::absolute, written,
            descriptor.offset,                 descriptor.offset + bytes,             reference};
  }

  const std::vector<Descriptor>& descriptors_;
  const int64_t panels_;
};

}  // namespace

bool readPlan(const std::vector<int32_t>& words, size_t phases, size_t descriptors, size_t descriptorCount, int panels,
              Plan* plan) {
  if (descriptors + descriptorCount * kDescriptorWords > words.size()) return false;
  for (size_t i = 0; i < descriptorCount; i++) {
    const int32_t* word = &words[descriptors + i * kDescriptorWords];
    if (word[0] < 0 || word[0] > static_cast<int32_t>(Region::segment)) return false;
    plan->descriptors.push_back({static_cast<Region>(word[0]), static_cast<uint32_t>(word[1]), word[2], word[3]});
  }
  const Runs runs(plan->descriptors, panels);
  for (size_t at = phases; at + kPhaseWords <= words.size(); at += kPhaseWords) {
    const int32_t* word = &words[at];
    if (word[0] < 0 || word[0] > static_cast<int32_t>(PhaseKind::segmentedAdjoint)) return false;
    const PhaseKind kind = static_cast<PhaseKind>(word[0]);
    if (kind == PhaseKind::end) break;
    Phase phase = {kind, word[1] != 0, word[2], {}, {}, {}, (static_cast<uint32_t>(word[7]) / 4 - phases) / kPhaseWords};
    const auto reader = [&](int index) {
      return Reader(words, static_cast<uint32_t>(word[index]) / 4, descriptorCount);
    };
    Reader moving = reader(4);
    for (int32_t i = 0; i < word[3] && moving.sound(); i++) phase.moving.push_back(moving.descriptor());
    Reader operations = reader(5);
    for (int32_t code = operations.next(); code != static_cast<int32_t>(Code::end); code = operations.next()) {
      if (code < 0 || code > static_cast<int32_t>(Code::gather)) return false;
      Operation operation = {};
      operation.code = static_cast<Code>(code);
      if (!readOperation(operations, &operation) || operation.units < 1 || !operations.sound()) return false;
      operation.run = 1;
      phase.operations.push_back(operation);
    }
    runs.mark(phase.operations);
    Reader deferred = reader(6);
    for (int32_t accumulator = deferred.next(); accumulator >= 0; accumulator = deferred.next()) {
      OuterProduct term = {static_cast<uint32_t>(accumulator), deferred.next(), 0, {}, {}};
      term.columns = deferred.next();
      term.a = deferred.whole();
      term.b = deferred.whole();
      if (!deferred.sound() || term.rows < 1 || term.columns < 1) return false;
      phase.outerProducts.push_back(term);
    }
    if (!moving.sound() || !operations.sound() || !deferred.sound() || phase.blockSteps < 1) return false;
    plan->phases.push_back(phase);
  }
  for (const Phase& phase : plan->phases)
    if (phase.kind == PhaseKind::segmentedAdjoint && phase.again >= plan->phases.size()) return false;
  return !plan->phases.empty();
}
