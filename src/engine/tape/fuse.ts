/**
 * Second pass: additions take over the work of their operands. x + a·b and x − a·b become one operation, rounded once where an
 * engine can; products continue in the buffer of what they are added to.
 */
import { type Counter, type LoosePhase, mapOperands, type Operand, type Operation, type Place, whole } from './tape.js';

type Elementwise = Operation & { readonly code: 'elementwise' };
type Defining = Exclude<Operation, { code: 'sumRows' }>;

export function fuse(part: LoosePhase, counter: Counter): LoosePhase {
  const definitions = new Map<number, Defining>();
  const uses = new Map<number, number>();
  const userOf = new Map<number, Operation>();
  const idOf = ({ place }: Operand) => (place.kind === 'temporary' ? place.id : undefined);
  const count = (operand: Operand, user?: Operation) => {
    const id = idOf(operand);
    if (id === undefined) return;
    uses.set(id, (uses.get(id) ?? 0) + 1);
    if (user !== undefined) userOf.set(id, user);
  };
  for (const operation of part.operations) {
    for (const operand of operation.args) count(operand, operation);
    if ('out' in operation) definitions.set(idOf(operation.out)!, operation);
  }
  for (const { operand } of part.stores) count(operand);
  for (const { a, b } of part.outerProducts) for (const operand of [a, b]) count(operand);

  const done: Operation[] = [];
  const finished = new Set<Operation>();
  /** Sums that lie in the buffer of a term. */
  const renamed = new Map<number, Place>();
  const temporary = (width: number): Operand => whole({ kind: 'temporary', id: counter.next(), width });

  /** What makes an operand that is all of it, where nothing else reads it and it is not yet made. */
  const soleMaker = (operand: Operand, width: number): Defining | undefined => {
    const id = idOf(operand);
    if (id === undefined || uses.get(id) !== 1 || operand.start !== 0 || operand.repeated) return undefined;
    const maker = definitions.get(id)!;
    const { width: whole } = operand.place as { width: number };
    return finished.has(maker) || maker.width !== whole || whole !== width ? undefined : maker;
  };
  const isProduct = (operand: Operand, width: number) => soleMaker(operand, width)?.code === 'product';
  const isMultiplication = (operand: Operand, width: number) => isCalled(soleMaker(operand, width), 'multiply');
  /** A sum with a product among its terms, which becomes part of the sum that is its only user. */
  const isPartialSum = (operand: Operand, width: number): boolean => {
    const maker = soleMaker(operand, width);
    if (!isCalled(maker, 'add') || !isCalled(userOf.get(idOf(operand)!), 'add')) return false;
    return maker.args.some((arg) => isProduct(arg, width) || isPartialSum(arg, width));
  };
  const termsOf = ({ args, width }: Elementwise): Operand[] =>
    args.flatMap((arg) => (isPartialSum(arg, width) ? termsOf(take(arg, width) as Elementwise) : [arg]));
  /** Takes over the work of an operand's only maker. */
  const take = (operand: Operand, width: number): Defining => {
    const maker = soleMaker(operand, width)!;
    finished.add(maker);
    return maker;
  };

  /** An operand, made now if it was left for a user that does not take it over. */
  const made = (operand: Operand): Operand => {
    const id = idOf(operand);
    const maker = id === undefined ? undefined : definitions.get(id);
    if (maker !== undefined && !finished.has(maker)) finish(maker);
    return operand;
  };

  const finish = (operation: Operation): void => {
    finished.add(operation);
    if (isCalled(operation, 'add') && (sumWithProducts(operation) || sumWithMultiplication(operation))) return;
    const [left, right] = operation.args as readonly Operand[];
    if (isCalled(operation, 'subtract') && isMultiplication(right!, operation.width)) {
      multiplyAdd('negatedMultiplyAdd', right!, made(left!), operation);
      return;
    }
    for (const operand of operation.args) made(operand);
    done.push(operation);
  };

  const multiplyAdd = (
    name: 'multiplyAdd' | 'negatedMultiplyAdd',
    product: Operand,
    c: Operand,
    { out, width }: { readonly out: Operand; readonly width: number },
  ): void => {
    const [a, b] = take(product, width).args as readonly [Operand, Operand];
    done.push({ code: 'elementwise', name, out, args: [made(a), made(b), c], width });
  };

  const sumWithMultiplication = (sum: Elementwise): boolean => {
    const [left, right] = sum.args as readonly [Operand, Operand];
    for (const [product, other] of [[right, left] as const, [left, right] as const])
      if (isMultiplication(product, sum.width)) {
        multiplyAdd('multiplyAdd', product, made(other), sum);
        return true;
      }
    return false;
  };

  /** Everything but the products is added up first, so that they can continue in its buffer. */
  const sumWithProducts = (sum: Elementwise): boolean => {
    const { width } = sum;
    const hasProducts = sum.args.some((arg) => isProduct(arg, width) || isPartialSum(arg, width));
    if (!hasProducts) return false;
    const terms = termsOf(sum);
    const products = terms.filter((term) => isProduct(term, width));
    const others = terms.filter((term) => !products.includes(term));
    const last = others.length === 1 ? others[0]! : undefined;
    const base = others.length > 1 ? sumOf(others, width) : last && ownBuffer(last, width);
    let out = base;
    for (const term of products) {
      const product = take(term, width) as Operation & { code: 'product' };
      const args = [made(product.args[0])] as const;
      const accumulate = out !== undefined;
      out ??= last === undefined ? sum.out : temporary(width);
      done.push({ ...product, out, args, accumulate });
    }
    if (base !== undefined) renamed.set(idOf(sum.out)!, base.place);
    else if (last !== undefined) done.push({ ...sum, args: [made(last), out!] });
    return true;
  };

  const sumOf = (terms: readonly Operand[], width: number): Operand => {
    const first = terms.find((term) => !isMultiplication(term, width)) ?? terms[0]!;
    let total = made(first);
    for (const term of terms) {
      if (term === first) continue;
      const out = temporary(width);
      if (isMultiplication(term, width)) multiplyAdd('multiplyAdd', term, total, { out, width });
      else done.push({ code: 'elementwise', name: 'add', out, args: [total, made(term)], width });
      total = out;
    }
    return total;
  };

  /** A buffer that nothing else refers to, of which nothing else is read. */
  const ownBuffer = (operand: Operand, width: number): Operand | undefined => {
    const id = idOf(operand);
    if (id === undefined || uses.get(id) !== 1) return undefined;
    made(operand);
    const { place, start, repeated } = operand;
    return start === 0 && !repeated && (place as { width: number }).width === width ? operand : undefined;
  };

  /** Left for the addition that is its only user. */
  const isLeft = (operation: Operation): boolean => {
    if (!('out' in operation)) return false;
    const { out, width } = operation;
    const user = userOf.get(idOf(out)!);
    if (!isCalled(user, 'add') && !isCalled(user, 'subtract')) return false;
    const operand = user.args.find((arg) => idOf(arg) === idOf(out))!;
    if (isPartialSum(operand, user.width)) return true;
    return width === user.width && (isProduct(operand, width) || isMultiplication(operand, width));
  };

  for (const operation of part.operations) if (!finished.has(operation) && !isLeft(operation)) finish(operation);
  const settled = (operand: Operand): Operand => {
    let { place } = operand;
    for (let next: Place | undefined = place; next !== undefined; next = renamed.get(idOf({ ...operand, place })!))
      place = next;
    return { ...operand, place };
  };
  return {
    ...part,
    operations: done.map((operation) => mapOperands(operation, settled)),
    outerProducts: part.outerProducts.map((term) => ({ ...term, a: settled(term.a), b: settled(term.b) })),
    stores: part.stores.map((store) => ({ ...store, operand: settled(store.operand) })),
  };
}

function isCalled(operation: Operation | undefined, name: Elementwise['name']): operation is Elementwise {
  return operation?.code === 'elementwise' && operation.name === name;
}
