// Sums of outer products over rows and steps: the gradients of weights.
//
// Each element is summed from 0 over k = (step, panel, row), in that order, and then added to the accumulator: whatever
// the vectors' length. Columns are worked off 32 at a time, from a transposed copy [column / 32][k][32] in which the
// columns of one k are neighbours; k is then a broadcast element of a and two or more vectors of b. A few columns left
// over are cheaper as dot products over rows, in 16 sums for the rows of a panel.
#pragma once

namespace {

/** Columns beyond whole blocks up to which dot products are taken. */
constexpr int kMostDots = 4;

inline int transposedColumns(int columns) {
  const int left = columns % kTransposedColumns;
  return left <= kMostDots ? columns - left : columns - left + kTransposedColumns;
}

void transpose(float* transposed, BlockOperand b, int columns, int panels, int steps) {
  const ptrdiff_t block = static_cast<ptrdiff_t>(steps) * panels * kPanelRows * kTransposedColumns;
  const int whole = transposedColumns(columns);
  for (int column = 0; column < whole; column += kTransposedColumns) {
    float* target = transposed + column / kTransposedColumns * block;
    const int count = columns - column < kTransposedColumns ? columns - column : kTransposedColumns;
    for (int step = 0; step < steps; step++)
      for (int panel = 0; panel < panels; panel++) {
        const float* source =
            reinterpret_cast<const float*>(b.data + step * b.step + panel * b.panel) + column * kPanelRows;
        for (int i = 0; i < count; i++)
          for (int row = 0; row < kPanelRows; row++) target[row * kTransposedColumns + i] = source[i * kPanelRows + row];
        for (int i = count; i < kTransposedColumns; i++)
          for (int row = 0; row < kPanelRows; row++) target[row * kTransposedColumns + i] = 0.0f;
        target += kPanelRows * kTransposedColumns;
      }
  }
}

/** `count` rows by `vectors` vectors of columns. */
template <int count, int vectors>
void outerBlock(float* accumulator, ptrdiff_t rowLength, BlockOperand a, const float* b, int columns, int panels,
                int steps) {
  Floats sums[count][vectors];
  for (int i = 0; i < count; i++)
    for (int j = 0; j < vectors; j++) sums[i][j] = splat(0.0f);
  for (int step = 0; step < steps; step++)
    for (int panel = 0; panel < panels; panel++) {
      const float* x = reinterpret_cast<const float*>(a.data + step * a.step + panel * a.panel);
      for (int row = 0; row < kPanelRows; row++) {
        Floats y[vectors];
        for (int j = 0; j < vectors; j++) y[j] = load(b + j * kLanes);
        for (int i = 0; i < count; i++) {
          const Floats factor = splat(x[i * kPanelRows + row]);
          for (int j = 0; j < vectors; j++) sums[i][j] = madd(factor, y[j], sums[i][j]);
        }
        b += kTransposedColumns;
      }
    }
  for (int i = 0; i < count; i++) {
    float* target = accumulator + i * rowLength;
    if (columns == vectors * kLanes) {
      for (int j = 0; j < vectors; j++) store(target + j * kLanes, add(load(target + j * kLanes), sums[i][j]));
    } else {
      alignas(64) float row[vectors * kLanes];
      for (int j = 0; j < vectors; j++) store(row + j * kLanes, sums[i][j]);
      for (int j = 0; j < columns; j++) target[j] += row[j];
    }
  }
}

using OuterBlock = void (*)(float*, ptrdiff_t, BlockOperand, const float*, int, int, int);

inline OuterBlock outerBlockFor(int count) {
  static const OuterBlock blocks[] = {
      outerBlock<1, kOuterVectors>, outerBlock<2, kOuterVectors>, outerBlock<3, kOuterVectors>,
      outerBlock<4, kOuterVectors>, outerBlock<5, kOuterVectors>, outerBlock<6, kOuterVectors>,
      outerBlock<7, kOuterVectors>, outerBlock<8, kOuterVectors>};
  static_assert(kOuterRows <= 8, "a block for every number of rows");
  return blocks[count - 1];
}

/** One column, as dot products. */
void outerDots(float* accumulator, ptrdiff_t rowLength, BlockOperand a, const char* b, BlockOperand strides, int rows,
               int panels, int steps) {
  for (int i = 0; i < rows; i++) {
    alignas(64) float totals[kPanelRows];
    for (int lane = 0; lane < kPanelRows; lane += kLanes) {
      Floats total = splat(0.0f);
      for (int step = 0; step < steps; step++)
        for (int panel = 0; panel < panels; panel++) {
          const float* x = reinterpret_cast<const float*>(a.data + step * a.step + panel * a.panel) + i * kPanelRows;
          const float* y = reinterpret_cast<const float*>(b + step * strides.step + panel * strides.panel);
          total = madd(load(x + lane), load(y + lane), total);
        }
      store(totals + lane, total);
    }
    accumulator[i * rowLength] += sumOfPanel(totals);
  }
}

void outer(float* accumulator, BlockOperand a, BlockOperand b, const float* transposed, int rows, int columns, int panels,
           int steps) {
  constexpr int width = kOuterVectors * kLanes;
  static_assert(kTransposedColumns % width == 0, "blocks of columns hold whole vectors");
  const ptrdiff_t block = static_cast<ptrdiff_t>(steps) * panels * kPanelRows * kTransposedColumns;
  const int whole = transposedColumns(columns);
  for (int column = 0; column < whole && column < columns; column += width) {
    const float* y = transposed + column / kTransposedColumns * block + column % kTransposedColumns;
    const int used = columns - column < width ? columns - column : width;
    for (int i = 0; i < rows; i += kOuterRows) {
      const int count = rows - i < kOuterRows ? rows - i : kOuterRows;
      const BlockOperand x = {a.data + static_cast<ptrdiff_t>(i) * kUnitBytes, a.panel, a.step};
      outerBlockFor(count)(accumulator + static_cast<ptrdiff_t>(i) * columns + column, columns, x, y, used, panels,
                           steps);
    }
  }
  for (int column = whole; column < columns; column++)
    outerDots(accumulator + column, columns, a, b.data + static_cast<ptrdiff_t>(column) * kUnitBytes, b, rows, panels,
              steps);
}

}  // namespace
