import { InputError } from '../errors.js';

const STATE_SIZE = 624;
const SHIFT_SIZE = 397;

/**
 * MT19937 seeded by `init_genrand`: returns a function that gives its 32-bit outputs in turn.
 * Source: Matsumoto & Nishimura, ACM TOMACS 8 (1998), reference code of 2002.
 */
export function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(STATE_SIZE);
  state[0] = seed;
  for (let i = 1; i < STATE_SIZE; i++) {
    const previous = state[i - 1]!;
    state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
  let index = STATE_SIZE;

  return () => {
    if (index === STATE_SIZE) {
      regenerate(state);
      index = 0;
    }
    return temper(state[index++]!);
  };
}

function regenerate(state: Uint32Array): void {
  for (let i = 0; i < STATE_SIZE; i++) {
    const joined = (state[i]! & 0x80000000) | (state[(i + 1) % STATE_SIZE]! & 0x7fffffff);
    const twist = joined & 1 ? 0x9908b0df : 0;
    state[i] = state[(i + SHIFT_SIZE) % STATE_SIZE]! ^ (joined >>> 1) ^ twist;
  }
}

function temper(word: number): number {
  word ^= word >>> 11;
  word ^= (word << 7) & 0x9d2c5680;
  word ^= (word << 15) & 0xefc60000;
  return (word ^ (word >>> 18)) >>> 0;
}

/**
 * What PyTorch gives on the CPU for `torch.manual_seed(seed); torch.randperm(n)`: the published permuted MNIST is one.
 *
 * @throws InputError unless n is an integer from 0 to 2^32 − 1 and the seed one from 0 to 2^32 − 1
 */
export function torchRandperm(n: number, seed: number): Uint32Array {
  for (const [what, value] of Object.entries({ n, seed })) {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32)
      throw new InputError(`torchRandperm: ${what} is ${value}, expected an integer from 0 to 2^32 − 1; give another`);
  }
  const next = mersenneTwister(seed);
  const order = Uint32Array.from({ length: n }, (_, index) => index);
  for (let i = 0; i < n - 1; i++) {
    const chosen = i + (next() % (n - i));
    const value = order[i]!;
    order[i] = order[chosen]!;
    order[chosen] = value;
  }
  return order;
}
