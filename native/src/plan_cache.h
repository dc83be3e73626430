// Plans of the last tapes that were run: a model in training runs the same one for every batch.
#pragma once
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "plan.h"

/** Where a plan lies in the words of a tape, and panels of a full tile. */
struct PlanPlace {
  size_t phases, descriptors, descriptorCount;
  int panels;
  bool operator==(const PlanPlace& other) const {
    return phases == other.phases && descriptors == other.descriptors && descriptorCount == other.descriptorCount &&
           panels == other.panels;
  }
};

class PlanCache {
 public:
  /** @returns null for words that make no sense. @throws std::bad_alloc */
  std::shared_ptr<const Plan> planOf(const int32_t* words, size_t count, const PlanPlace& place) {
    for (const Entry& entry : entries_)
      if (entry.place == place && entry.words.size() == count && std::equal(words, words + count, entry.words.begin()))
        return entry.plan;
    Entry entry = {place, std::vector<int32_t>(words, words + count), nullptr};
    const auto plan = std::make_shared<Plan>();
    if (!readPlan(entry.words, place.phases, place.descriptors, place.descriptorCount, place.panels, plan.get()))
      return nullptr;
    entry.plan = plan;
    if (entries_.size() >= kMost) entries_.clear();
    entries_.push_back(std::move(entry));
    return plan;
  }

 private:
  static constexpr size_t kMost = 8;
  struct Entry {
    PlanPlace place;
    std::vector<int32_t> words;
    std::shared_ptr<const Plan> plan;
  };
  std::vector<Entry> entries_;
};
