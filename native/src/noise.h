// The draws of src/random: Philox4x32-10 (Salmon et al., SC 2011), words, uniforms and Bernoulli decisions to the bit,
// normals within 4 units in the last place of float32.
#pragma once

namespace {

constexpr uint32_t kMultiplier0 = 0xd2511f53u, kMultiplier1 = 0xcd9e8d57u;

/** What the first two rounds make of step, sample and key alone: parts of words 0 and 2 and all of word 3. */
struct Prepared { Wide word0, word2, word3; };

inline Prepared prepareSamples(Ints samples, const NoiseSource& source) {
  const Wide product = multiply(widen(samples), wide(kMultiplier1));
  const Wide first = exclusive(high(product), wide(source.step ^ source.keys[0][0]));
  const Wide second = multiply(first, wide(kMultiplier0));
  return {exclusive(product, wide(source.keys[1][0])), exclusive(high(second), wide(source.keys[1][1])), second};
}

struct Words { Ints word[4]; };

/** The words of counters [block, step, sample, stream] for the samples prepared. */
inline Words philoxBlock(const Prepared& prepared, uint32_t block, uint32_t stream,
                         const NoiseSource& source) {
  const uint64_t blockProduct = static_cast<uint64_t>(block) * kMultiplier0;
  const uint64_t secondProduct =
      static_cast<uint64_t>(static_cast<uint32_t>(blockProduct >> 32) ^ stream ^ source.keys[0][1]) * kMultiplier1;
  Wide word0 = exclusive(prepared.word0, wide(static_cast<uint32_t>(secondProduct >> 32)));
  Wide word1 = wide(static_cast<uint32_t>(secondProduct));
  Wide word2 = exclusive(prepared.word2, wide(static_cast<uint32_t>(blockProduct)));
  Wide word3 = prepared.word3;
  const Wide multiplier0 = wide(kMultiplier0), multiplier1 = wide(kMultiplier1);
  // The first two rounds are in what was prepared.
  for (int round = 2; round < kNoiseRounds; round++) {
    const Wide product0 = multiply(word0, multiplier0);
    const Wide product1 = multiply(word2, multiplier1);
    word0 = exclusive(high(product1), word1, wide(source.keys[round][0]));
    word2 = exclusive(high(product0), word3, wide(source.keys[round][1]));
    word1 = product1;
    word3 = product0;
  }
  return {{narrow(word0), narrow(word1), narrow(word2), narrow(word3)}};
}

/** 2^24 times the uniform of a word: an odd integer below 2^24, hence exact. */
inline Floats oddNumerator(Ints word) { return convert(either(right<8>(word), splat(1u))); }

struct Pair { Floats along, across; };

/** radius · cos 2πu and radius · sin 2πu, the radius √(−2 log u) from one word and the angle from another. */
inline Pair normalPair(Ints radiusWord, Ints word, Ints flip) {
  const Floats log = logScaled(oddNumerator(radiusWord), splat(24u));
  const Ints radius = exclusive(bits(root(mul(log, splat(-2.0f)))), flip);
  // The two highest bits after rounding are the nearest quarter turn, the rest a signed distance to it: exact.
  const Ints distance = either(arithmeticRight<10>(left<2>(word)), splat(1u));
  const Floats quarter = mul(convert(distance), splat(1.0f / 4194304.0f));
  const Floats cosine = cosQuarter(quarter), sine = sinQuarter(quarter);
  const Ints nearest = add(word, splat(0x20000000u));
  const Ints odd = left<1>(nearest);
  const Ints signBit = splat(0x80000000u);
  const Mask swapped = nonzero(both(odd, signBit));
  const Ints cosSign = both(exclusive(nearest, odd), signBit);
  const Ints sinSign = both(nearest, signBit);
  return {mul(floats(exclusive(radius, cosSign)), choose(swapped, sine, cosine)),
          mul(floats(exclusive(radius, sinSign)), choose(swapped, cosine, sine))};
}

template <Distribution kind> inline Floats drawOf(Ints word, uint32_t threshold) {
  if (kind == Distribution::uniform) return mul(oddNumerator(word), splat(1.0f / 16777216.0f));
  return choose(atLeast(word, splat(threshold)), splat(1.0f), splat(0.0f));
}

template <Distribution kind>
void fillNoise(float* out, int firstUnit, int units, const uint32_t* samples, const NoiseSource& source, uint32_t stream,
               uint32_t threshold) {
  const uint32_t flipped = kind == Distribution::normal ? 0x80000000u : 0xffffffffu;
  const Ints flip = splat(source.antithetic ? flipped : 0u);
  for (int lane = 0; lane < kPanelRows; lane += kLanes) {
    const Prepared prepared = prepareSamples(load(samples + lane), source);
    float* target = out + lane;
    for (int unit = 0; unit < units; unit += 4, target += 4 * kPanelRows) {
      const Words words = philoxBlock(prepared, static_cast<uint32_t>(firstUnit + unit) / 4, stream, source);
      Floats drawn[4];
      if (kind == Distribution::normal) {
        const Pair first = normalPair(words.word[0], words.word[1], flip);
        const Pair second = normalPair(words.word[2], words.word[3], flip);
        drawn[0] = first.along, drawn[1] = first.across, drawn[2] = second.along, drawn[3] = second.across;
      } else {
        for (int i = 0; i < 4; i++) drawn[i] = drawOf<kind>(exclusive(words.word[i], flip), threshold);
      }
      // Nearly all blocks are whole: written out from registers, without a loop.
      if (units - unit >= 4)
        for (int i = 0; i < 4; i++) store(target + i * kPanelRows, drawn[i]);
      else
        for (int i = 0; i < 3 && unit + i < units; i++) store(target + i * kPanelRows, drawn[i]);
    }
  }
}

void noise(Distribution distribution, float* out, int firstUnit, int units, const uint32_t* samples, const NoiseSource& source,
           uint32_t stream, uint32_t threshold) {
  if (distribution == Distribution::normal) fillNoise<Distribution::normal>(out, firstUnit, units, samples, source, stream, threshold);
  else if (distribution == Distribution::uniform) fillNoise<Distribution::uniform>(out, firstUnit, units, samples, source, stream, threshold);
  else fillNoise<Distribution::bernoulli>(out, firstUnit, units, samples, source, stream, threshold);
}

}  // namespace
