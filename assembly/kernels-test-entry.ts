// Everything the kernel tests call; the package's own entry is index.ts.
import { cos, exp, log, sigmoid, sin, softplus, tanh } from './math';

export { fillBernoulli, fillNormal, fillUniform } from './noise';
export { sumRowsInto, outerNarrow, outerPacked } from './outer';
export { packLeft, packRight } from './pack';
export { product } from './product';

/** The first address that holds none of the kernels' constants. */
export function firstFreeAddress(): usize {
  return __heap_base;
}

export function mapTanh(address: usize, count: i32): void {
  for (const end = address + (<usize>count << 2); address < end; address += 16) v128.store(address, tanh(v128.load(address)));
}

export function mapExp(address: usize, count: i32): void {
  for (const end = address + (<usize>count << 2); address < end; address += 16) v128.store(address, exp(v128.load(address)));
}

export function mapLog(address: usize, count: i32): void {
  for (const end = address + (<usize>count << 2); address < end; address += 16) v128.store(address, log(v128.load(address)));
}

export function mapSigmoid(address: usize, count: i32): void {
  for (const end = address + (<usize>count << 2); address < end; address += 16) v128.store(address, sigmoid(v128.load(address)));
}

export function mapSoftplus(address: usize, count: i32): void {
  for (const end = address + (<usize>count << 2); address < end; address += 16) v128.store(address, softplus(v128.load(address)));
}

export function mapSin(address: usize, count: i32): void {
  for (const end = address + (<usize>count << 2); address < end; address += 16) v128.store(address, sin(v128.load(address)));
}

export function mapCos(address: usize, count: i32): void {
  for (const end = address + (<usize>count << 2); address < end; address += 16) v128.store(address, cos(v128.load(address)));
}
