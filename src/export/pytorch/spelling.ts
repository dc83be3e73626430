/** How Python with PyTorch spells every operation, also those of parameters alone, so that gradients flow. */
import type { ElementwiseName } from '../../graph/index.js';
import { unwrapped } from '../loops/print.js';

type Spelling = (args: readonly string[]) => string;

const call =
  (name: string): Spelling =>
  (args) =>
    `${name}(${args.map(unwrapped).join(', ')})`;
const between =
  (operator: string): Spelling =>
  ([a, b]) =>
    `(${leftOf(operator, a!)} ${operator} ${b})`;

/** Without brackets where the operators' order says the same: sums of sums on the left, products in sums on both sides. */
export function leftOf(operator: string, text: string): string {
  const inner = unwrapped(text);
  return inner !== text && levelOf(inner) >= levels[operator]! ? inner : text;
}

const levels: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '@': 2 };

/** The level of the operator outside all brackets that binds least; 0 where it is none of arithmetic. */
function levelOf(text: string): number {
  let depth = 0;
  let level = 2;
  for (let i = 0; i < text.length; i++) {
    if ('([{'.includes(text[i]!)) depth += 1;
    if (')]}'.includes(text[i]!)) depth -= 1;
    if (depth > 0 || text[i - 1] !== ' ' || text[i + 1] !== ' ') continue;
    if ('+-*/@<>=|&'.includes(text[i]!)) level = Math.min(level, levels[text[i]!] ?? 0);
  }
  return text.startsWith('-') ? 0 : level;
}

/** A product on the right of a sum needs no brackets. */
function productIn(text: string): string {
  const inner = unwrapped(text);
  return inner !== text && levelOf(inner) === 2 ? inner : text;
}

/** The elementwise operations. A new one needs one row here. */
export const elementwiseSpelling: { readonly [N in ElementwiseName]: Spelling } = {
  negate: ([x]) => `(-${x})`,
  tanh: call('torch.tanh'),
  sigmoid: call('torch.sigmoid'),
  exp: call('torch.exp'),
  log: call('torch.log'),
  sqrt: call('torch.sqrt'),
  sin: call('torch.sin'),
  cos: call('torch.cos'),
  absolute: call('torch.abs'),
  sign: call('torch.sign'),
  square: call('torch.square'),
  softplus: call('nn.functional.softplus'),
  reciprocal: call('torch.reciprocal'),
  add: ([a, b]) => `(${leftOf('+', a!)} + ${productIn(b!)})`,
  subtract: ([a, b]) => `(${leftOf('-', a!)} - ${productIn(b!)})`,
  multiply: between('*'),
  divide: between('/'),
  maximum: call('maximum'),
  minimum: call('minimum'),
  greater: call('greater'),
  select: ([condition, a, b]) => `torch.where(${condition} > 0, ${unwrapped(a!)}, ${unwrapped(b!)})`,
};

/** Operations that take a tensor and no plain number. */
export const takesNumbers: ReadonlySet<ElementwiseName> = new Set(['add', 'subtract', 'multiply', 'divide', 'select']);

/** Functions that spellings call, by name; only those that are called are written. */
export const helpers: Readonly<Record<string, string>> = {
  maximum: 'def maximum(a, b):\n    return torch.where((a > b) | (a != a), a, b)',
  minimum: 'def minimum(a, b):\n    return torch.where((a < b) | (a != a), a, b)',
  greater: 'def greater(a, b):\n    return 1.0 * (a > b)',
  upper_triangle: [
    'def upper_triangle(entries, n):',
    '    """The strictly upper triangle of a matrix [n, n], given row by row."""',
    '    rows, columns = torch.triu_indices(n, n, 1, device=entries.device)',
    '    return entries.new_zeros(n, n).index_put((rows, columns), entries)',
  ].join('\n'),
  upper_entries: [
    'def upper_entries(matrix):',
    '    rows, columns = torch.triu_indices(*matrix.shape, 1, device=matrix.device)',
    '    return matrix[rows, columns]',
  ].join('\n'),
  frechet_exponential: [
    'def frechet_exponential(A, E):',
    '    """The derivative of the matrix exponential at A in the direction E."""',
    '    n = A.shape[0]',
    '    both = torch.cat([torch.cat([A, E], 1), torch.cat([torch.zeros_like(A), A], 1)])',
    '    return torch.matrix_exp(both)[:n, n:]',
  ].join('\n'),
};
