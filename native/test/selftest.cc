// Compares a set of kernels with plain C++ in double precision, and prints a digest of everything it computed: sets with
// a fused multiply-add must print the same. Built and run by scripts/test-neon.mjs, for NEON under an emulator.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include "../src/kernels.h"

#ifndef SET
#define SET kernelsScalar
#endif

namespace {

const Kernels& kernels = SET;
int failures = 0;
uint32_t digest = 0x811c9dc5u;

void check(bool holds, const char* what) {
  if (holds) return;
  std::printf("FAIL %s\n", what);
  failures++;
}

void digestOf(const std::vector<float>& values) {
  for (const float value : values) {
    uint32_t word;
    std::memcpy(&word, &value, 4);
    digest = (digest ^ word) * 0x01000193u;
  }
}

/** Numbers between −1 and 1, always the same. */
std::vector<float> numbers(size_t count, uint32_t seed) {
  std::vector<float> values(count);
  for (float& value : values) {
    seed = seed * 1664525u + 1013904223u;
    value = static_cast<float>(static_cast<int32_t>(seed)) / 2147483648.0f;
  }
  return values;
}

Operand operandOf(const std::vector<float>& values, int width) {
  return {reinterpret_cast<const char*>(values.data()), static_cast<ptrdiff_t>(width) * kUnitBytes, kUnitBytes};
}

Output outputOf(std::vector<float>& values, int width) {
  return {reinterpret_cast<char*>(values.data()), static_cast<ptrdiff_t>(width) * kUnitBytes};
}

size_t indexOf(int panel, int unit, int row, int width) {
  return (static_cast<size_t>(panel) * width + unit) * kPanelRows + row;
}

double largestError(const std::vector<float>& found, const std::vector<double>& expected) {
  double largest = 0, scale = 0;
  for (size_t i = 0; i < found.size(); i++) {
    largest = std::fmax(largest, std::fabs(found[i] - expected[i]));
    scale = std::fmax(scale, std::fabs(expected[i]));
  }
  return largest / scale;
}

void testFunctions() {
  const int width = 37, panels = 2;
  struct Function {
    int name;
    double (*exact)(double);
    double limit;
  };
  const Function functions[] = {{1, [](double x) { return std::tanh(x); }, 3},
                                {2, [](double x) { return 1 / (1 + std::exp(-x)); }, 3},
                                {3, [](double x) { return std::exp(x); }, 2},
                                {6, [](double x) { return std::sin(x); }, 2},
                                {7, [](double x) { return std::cos(x); }, 2}};
  for (const Function& function : functions) {
    std::vector<float> x = numbers(static_cast<size_t>(width) * panels * kPanelRows, 7);
    for (float& value : x) value *= 20.0f;
    std::vector<float> y(x.size());
    for (size_t panel = 0; panel < y.size(); panel += static_cast<size_t>(width) * kPanelRows)
      kernels.unary[function.name](&y[panel], {&x[panel], kPanelRows}, width);
    double largest = 0;
    for (size_t i = 0; i < x.size(); i++) {
      const double exact = function.exact(x[i]);
      largest = std::fmax(largest, std::fabs(y[i] - exact) / std::fabs(exact));
    }
    check(largest <= function.limit * std::ldexp(1.0, -23), "an elementary function's error");
    digestOf(y);
  }
}

void testProducts(int units, int inner, int panels, int steps) {
  const std::vector<float> weights = numbers(static_cast<size_t>(units) * inner, 1);
  const int block = kernels.productUnits, blocks = (units + block - 1) / block;
  std::vector<float> packed(static_cast<size_t>(blocks) * inner * block);
  for (int i = 0; i < units; i++)
    for (int k = 0; k < inner; k++)
      packed[(static_cast<size_t>(i / block) * inner + k) * block + i % block] = weights[static_cast<size_t>(i) * inner + k];
  const size_t stepFloats = static_cast<size_t>(panels) * kPanelRows;
  const std::vector<float> x = numbers(stepFloats * inner * steps, 2), a = numbers(stepFloats * units * steps, 3);
  std::vector<float> y = numbers(stepFloats * units, 4);
  std::vector<double> expected(y.size());
  for (int panel = 0; panel < panels; panel++)
    for (int i = 0; i < units; i++)
      for (int row = 0; row < kPanelRows; row++) {
        double sum = y[indexOf(panel, i, row, units)];
        for (int k = 0; k < inner; k++) sum += static_cast<double>(weights[static_cast<size_t>(i) * inner + k]) * x[indexOf(panel, k, row, inner)];
        expected[indexOf(panel, i, row, units)] = sum;
      }
  kernels.product(outputOf(y, units), operandOf(x, inner), packed.data(), units, inner, panels, true);
  check(largestError(y, expected) < 1e-5, "a product");
  digestOf(y);

  std::vector<float> gradient = numbers(static_cast<size_t>(units) * inner, 5);
  std::vector<double> exact(gradient.begin(), gradient.end());
  for (int step = 0; step < steps; step++)
    for (int panel = 0; panel < panels; panel++)
      for (int row = 0; row < kPanelRows; row++)
        for (int i = 0; i < units; i++)
          for (int j = 0; j < inner; j++)
            exact[static_cast<size_t>(i) * inner + j] += static_cast<double>(a[step * stepFloats * units + indexOf(panel, i, row, units)]) *
                                                         x[step * stepFloats * inner + indexOf(panel, j, row, inner)];
  const auto side = [&](const std::vector<float>& values, int width) -> BlockOperand {
    return {reinterpret_cast<const char*>(values.data()), static_cast<ptrdiff_t>(width) * kUnitBytes,
            static_cast<ptrdiff_t>(stepFloats) * width * 4};
  };
  std::vector<float> transposed(transposedFloats(static_cast<size_t>(inner), stepFloats * steps));
  kernels.transpose(transposed.data(), side(x, inner), inner, panels, steps);
  kernels.outer(gradient.data(), side(a, units), side(x, inner), transposed.data(), units, inner, panels, steps);
  check(largestError(gradient, exact) < 1e-5, "a weight gradient");
  digestOf(gradient);

  std::vector<float> sums(static_cast<size_t>(units));
  kernels.sumRows(sums.data(), operandOf(a, units), units, panels);
  std::vector<double> total(sums.size());
  for (int panel = 0; panel < panels; panel++)
    for (int i = 0; i < units; i++)
      for (int row = 0; row < kPanelRows; row++) total[static_cast<size_t>(i)] += a[indexOf(panel, i, row, units)];
  check(largestError(sums, total) < 1e-5, "sums over rows");
  digestOf(sums);
}

void testNoise() {
  const int units = 1000, panels = 4;
  std::vector<uint32_t> samples(panels * kPanelRows);
  for (size_t i = 0; i < samples.size(); i++) samples[i] = static_cast<uint32_t>(i) * 0x9e3779b1u;
  const uint32_t key[2] = {0xa4093822u, 0x299f31d0u};
  NoiseSource source = noiseSource(key, false);
  source.step = 3;
  std::vector<float> drawn(static_cast<size_t>(units) * panels * kPanelRows);
  for (int kind = 0; kind < kDistributions; kind++) {
    for (size_t panel = 0; panel < panels; panel++)
      kernels.noise(static_cast<Distribution>(kind), &drawn[panel * units * kPanelRows], 0, units, &samples[panel * kPanelRows], source, 5,
                    0x40000000u);
    double mean = 0, square = 0;
    for (const float value : drawn) mean += value, square += static_cast<double>(value) * value;
    mean /= static_cast<double>(drawn.size());
    square = square / static_cast<double>(drawn.size()) - mean * mean;
    const double means[] = {0, 0.5, 0.75}, variances[] = {1, 1.0 / 12, 0.1875};
    check(std::fabs(mean - means[kind]) < 0.02 && std::fabs(square - variances[kind]) < 0.02, "a distribution's moments");
    digestOf(drawn);
  }
}

}  // namespace

int main() {
  testFunctions();
  testProducts(1, 1, 1, 1);
  testProducts(7, 5, 2, 3);
  testProducts(33, 36, 1, 2);
  testProducts(40, 70, 3, 5);
  testProducts(128, 128, 2, 4);
  testNoise();
  std::printf("%s digest %08x\n", failures == 0 ? "passed" : "failed", digest);
  return failures == 0 ? 0 : 1;
}
