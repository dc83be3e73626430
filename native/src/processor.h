// Which kernels this build has, and which of them this processor and operating system can run.
#pragma once
#include <vector>

#include "kernels.h"

struct KernelSet {
  const char* name;
  const Kernels* kernels;
  bool runs;
};

/** Best first. */
const std::vector<KernelSet>& kernelSets();
