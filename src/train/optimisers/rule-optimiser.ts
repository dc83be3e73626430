import { InputError } from '../../errors.js';
import { sizeOf, type Tensor, type Tensors, tensor, zeros } from '../../graph/tensor.js';
import type { Optimiser, Rates, UpdateRule } from './optimiser.js';

/**
 * An optimiser from its update rule: keeps the rule's slots and the count of updates, by parameter name. Slots are
 * float64 always; parameters are rounded to float32 after each update where the engine's own copy is float32, so that
 * what is checkpointed is what the engine computed with.
 */
export class RuleOptimiser implements Optimiser {
  private readonly slots = new Map<string, Tensor>();
  private updates = 0;

  constructor(
    readonly name: string,
    private readonly rule: UpdateRule,
    private readonly roundToFloat32: boolean,
  ) {}

  state(): Record<string, Tensor> {
    const state = [...this.slots].map(([key, slot]): [string, Tensor] => [key, tensor(slot.shape, slot.data)]);
    return Object.fromEntries([[this.countKey(), tensor([], [this.updates])], ...state]);
  }

  load(state: Tensors): void {
    const count = Object.hasOwn(state, this.countKey()) ? state[this.countKey()]?.data : undefined;
    const updates = count?.length === 1 ? count[0]! : Number.NaN;
    if (!Number.isSafeInteger(updates) || updates < 0)
      throw new InputError(
        `optimiser state: expected the count of updates under "${this.countKey()}", got ${namesIn(state)}; resume with the optimiser of the checkpoint`,
      );
    const slots = new Map<string, Tensor>();
    for (const [key, slot] of Object.entries(state)) {
      if (key === this.countKey()) continue;
      const parameter = this.parameterOf(key);
      if (parameter === undefined)
        throw new InputError(
          `optimiser state: "${key}" is not of optimiser "${this.name}" with these options (it keeps ${this.rule.slots.join(', ') || 'nothing'}); resume with the options of the checkpoint`,
        );
      for (const other of this.rule.slots) {
        const counterpart = this.slotKey(other, parameter);
        const found = Object.hasOwn(state, counterpart) ? state[counterpart] : undefined;
        if (!found || !sameShape(found.shape, slot.shape))
          throw new InputError(
            `optimiser state: "${counterpart}" is ${found ? `[${found.shape}]` : 'missing'}, expected shape [${slot.shape}] as "${key}"`,
          );
      }
      slots.set(key, tensor(slot.shape, slot.data));
    }
    this.slots.clear();
    for (const [key, slot] of slots) this.slots.set(key, slot);
    this.updates = updates;
  }

  step(parameters: Tensors, gradient: Tensors, rateOf: (parameterName: string) => Rates): void {
    const names = Object.keys(parameters);
    this.check(parameters, gradient);
    // Asked for all parameters first, so that a refusal leaves none of them updated.
    const rates = names.map((name) => rateOf(name));
    this.updates += 1;
    names.forEach((name, index) => {
      const { shape, data } = parameters[name]!;
      const slots = this.rule.slots.map((slot) => this.slot(slot, name, shape).data);
      this.rule.update(data, gradient[name]!.data, slots, rates[index]!, this.updates);
      if (this.roundToFloat32) for (let i = 0; i < data.length; i++) data[i] = Math.fround(data[i]!);
    });
  }

  private check(parameters: Tensors, gradient: Tensors): void {
    const surplus = Object.keys(gradient).find((name) => !Object.hasOwn(parameters, name));
    if (surplus !== undefined) throw new RangeError(`gradient of "${surplus}", which is no parameter`);
    for (const [name, { shape, data }] of Object.entries(parameters)) {
      const own = Object.hasOwn(gradient, name) ? gradient[name] : undefined;
      if (!own) throw new RangeError(`parameter "${name}" has no gradient`);
      if (!sameShape(own.shape, shape) || own.data.length !== data.length || data.length !== sizeOf(shape))
        throw new RangeError(`gradient of "${name}" has shape [${own.shape}], the parameter [${shape}]`);
      for (const slot of this.rule.slots) {
        const kept = this.slots.get(this.slotKey(slot, name));
        if (kept && !sameShape(kept.shape, shape))
          throw new RangeError(
            `state "${this.slotKey(slot, name)}" has shape [${kept.shape}], the parameter [${shape}]`,
          );
      }
    }
  }

  private slot(slot: string, parameter: string, shape: readonly number[]): Tensor {
    const key = this.slotKey(slot, parameter);
    const kept = this.slots.get(key) ?? zeros(shape);
    this.slots.set(key, kept);
    return kept;
  }

  private countKey(): string {
    return `${this.name}.step`;
  }

  private slotKey(slot: string, parameter: string): string {
    return `${this.name}.${slot}/${parameter}`;
  }

  private parameterOf(key: string): string | undefined {
    const prefix = this.rule.slots.map((slot) => this.slotKey(slot, '')).find((start) => key.startsWith(start));
    return prefix === undefined ? undefined : key.slice(prefix.length);
  }
}

function sameShape(first: readonly number[], second: readonly number[]): boolean {
  return first.length === second.length && first.every((extent, axis) => extent === second[axis]);
}

function namesIn(state: Tensors): string {
  const names = Object.keys(state);
  return names.length === 0 ? 'nothing' : names.slice(0, 4).join(', ') + (names.length > 4 ? ', …' : '');
}
