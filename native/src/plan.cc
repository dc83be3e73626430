#include "plan.h"

#include <initializer_list>

#include "kernels.h"

namespace {

/** Reads records in order; past the end it reads zeros and remembers. */
class Reader {
 public:
  Reader(const std::vector<int32_t>& words, size_t at, size_t descriptorCount)
      : words_(words), at_(at), descriptorCount_(descriptorCount) {}

  /** The first word of the next record. */
  int32_t peek() {
    if (at_ < words_.size()) return words_[at_];
    sound_ = false;
    return 0;
  }
  /** Goes on behind a record of so many words. */
  void take(size_t count) {
    if (at_ + count > words_.size()) sound_ = false;
    record_ = at_;
    at_ += count;
  }
  /** A word of the record taken. */
  int32_t word(size_t position) const { return record_ + position < words_.size() ? words_[record_ + position] : 0; }
  uint32_t offset(size_t position) const { return static_cast<uint32_t>(word(position)); }
  int32_t descriptor(size_t position) {
    const int32_t index = word(position);
    if (index >= 0 && static_cast<size_t>(index) < descriptorCount_) return index;
    sound_ = false;
    return 0;
  }
  /** A descriptor and its panel stride; operands of products and outer products have all their units. */
  Reference whole(size_t position) { return {descriptor(position), word(position + 1), kUnitBytes}; }
  Reference operand(size_t position) { return {descriptor(position), word(position + 1), word(position + 2)}; }
  bool sound() const { return sound_; }

 private:
  const std::vector<int32_t>& words_;
  size_t at_;
  const size_t descriptorCount_;
  size_t record_ = 0;
  bool sound_ = true;
};

/** A function of operands `a`, `b`, `c`, as many as its record has. */
template <class Words, int functions>
bool readFunction(Reader& words, Operation* operation, std::initializer_list<size_t> operands) {
  words.take(Words::count);
  operation->name = words.word(Words::name);
  operation->units = words.word(Words::units);
  operation->out = words.whole(Words::out);
  for (const size_t operand : operands) operation->args[operation->argCount++] = words.operand(operand);
  return operation->name >= 0 && operation->name < functions;
}

/** One operation, by its code. */
bool readOperation(Reader& words, Operation* operation) {
  switch (operation->code) {
    case Code::product:
      words.take(ProductWords::count);
      operation->out = words.whole(ProductWords::out);
      operation->args[0] = words.whole(ProductWords::a);
      operation->argCount = 1;
      operation->weights = words.offset(ProductWords::weights);
      operation->units = words.word(ProductWords::units);
      operation->inner = words.word(ProductWords::inner);
      operation->accumulate = words.word(ProductWords::accumulate) != 0;
      return operation->inner > 0;
    case Code::unary:
      return readFunction<UnaryWords, kUnaryFunctions>(words, operation, {UnaryWords::a});
    case Code::binary:
      return readFunction<BinaryWords, kBinaryFunctions>(words, operation, {BinaryWords::a, BinaryWords::b});
    case Code::ternary:
      return readFunction<TernaryWords, kTernaryFunctions>(words, operation,
                                                           {TernaryWords::a, TernaryWords::b, TernaryWords::c});
    case Code::noise:
      words.take(NoiseWords::count);
      operation->name = words.word(NoiseWords::distribution);
      operation->units = words.word(NoiseWords::units);
      operation->out = words.whole(NoiseWords::out);
      operation->stream = words.offset(NoiseWords::stream);
      operation->threshold = words.offset(NoiseWords::threshold);
      return operation->name >= 0 && operation->name < kDistributions;
    case Code::sum:
    case Code::logSumExp:
      words.take(ReductionWords::count);
      operation->units = words.word(ReductionWords::units);
      operation->out = words.whole(ReductionWords::out);
      operation->args[0] = words.operand(ReductionWords::a);
      operation->argCount = 1;
      return true;
    case Code::sumRows:
      words.take(SumRowsWords::count);
      operation->accumulator = words.offset(SumRowsWords::accumulator);
      operation->units = words.word(SumRowsWords::units);
      operation->args[0] = words.whole(SumRowsWords::a);
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
  if (descriptors + descriptorCount * DescriptorWords::count > words.size()) return false;
  for (size_t i = 0; i < descriptorCount; i++) {
    const int32_t* word = &words[descriptors + i * DescriptorWords::count];
    const int32_t region = word[DescriptorWords::region];
    if (region < 0 || region > static_cast<int32_t>(Region::segment)) return false;
    plan->descriptors.push_back({static_cast<Region>(region), static_cast<uint32_t>(word[DescriptorWords::offset]),
                                 word[DescriptorWords::stepBytes], word[DescriptorWords::slotBytes]});
  }
  const Runs runs(plan->descriptors, panels);
  for (size_t at = phases; at + PhaseWords::count <= words.size(); at += PhaseWords::count) {
    const int32_t* word = &words[at];
    if (word[PhaseWords::kind] < 0 || word[PhaseWords::kind] > static_cast<int32_t>(PhaseKind::segmentedAdjoint))
      return false;
    const PhaseKind kind = static_cast<PhaseKind>(word[PhaseWords::kind]);
    if (kind == PhaseKind::end) break;
    const auto positionAt = [&](size_t field) { return static_cast<size_t>(static_cast<uint32_t>(word[field]) / 4); };
    const size_t again = (positionAt(PhaseWords::again) - phases) / PhaseWords::count;
    Phase phase = {kind, word[PhaseWords::reverse] != 0, word[PhaseWords::blockSteps], {}, {}, {}, again};
    const auto reader = [&](size_t field) { return Reader(words, positionAt(field), descriptorCount); };
    Reader moving = reader(PhaseWords::moving);
    for (int32_t i = 0; i < word[PhaseWords::movingCount] && moving.sound(); i++) {
      moving.take(1);
      phase.moving.push_back(moving.descriptor(0));
    }
    Reader operations = reader(PhaseWords::operations);
    for (int32_t code = operations.peek(); code != static_cast<int32_t>(Code::end); code = operations.peek()) {
      if (code < 0 || code > static_cast<int32_t>(Code::sumRows)) return false;
      Operation operation = {};
      operation.code = static_cast<Code>(code);
      if (!readOperation(operations, &operation) || operation.units < 1 || !operations.sound()) return false;
      operation.run = 1;
      phase.operations.push_back(operation);
    }
    runs.mark(phase.operations);
    Reader deferred = reader(PhaseWords::outerProducts);
    while (deferred.peek() >= 0) {
      deferred.take(OuterProductWords::count);
      const OuterProduct term = {deferred.offset(OuterProductWords::accumulator),
                                 deferred.word(OuterProductWords::rows),
                                 deferred.word(OuterProductWords::columns),
                                 deferred.whole(OuterProductWords::a),
                                 deferred.whole(OuterProductWords::b)};
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
