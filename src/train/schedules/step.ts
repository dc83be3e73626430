import { InputError } from '../../errors.js';
import { nonNegative, numberAt, positiveInteger } from '../../spec.js';
import type { ScheduleKind } from './schedule.js';

/**
 * The rate is multiplied by `gamma` once `every` so many epochs (torch.optim.lr_scheduler.StepLR), or after each number
 * of epochs listed in `at` (MultiStepLR): `at=90|95` leaves the first 90 epochs at the full rate.
 */
export const step: ScheduleKind = {
  name: 'step',
  keys: {
    every: { kind: 'number', limit: positiveInteger },
    at: { kind: 'text' },
    gamma: { kind: 'number', default: 0.1, limit: nonNegative },
  },
  create({ every, at, ...values }) {
    if ((every === undefined) === (at === undefined))
      throw new InputError(
        `schedule "step": got ${every === undefined ? 'neither every nor at' : 'both every and at'}, expected one of them; write step:every=30 or step:at=90|95`,
      );
    const gamma = numberAt(values, 'gamma');
    const milestones = at === undefined ? [] : readMilestones(String(at));
    const drops =
      typeof every === 'number'
        ? (epoch: number) => Math.floor(epoch / every)
        : (epoch: number) => milestones.filter((milestone) => milestone <= epoch).length;
    return { name: 'step', factor: ({ epoch }) => gamma ** drops(epoch) };
  },
};

function readMilestones(text: string): number[] {
  const milestones = text.split('|').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const ordered = milestones.every(
    (epoch, index) => positiveInteger.holds(epoch) && (index === 0 || epoch > milestones[index - 1]!),
  );
  if (!ordered)
    throw new InputError(`schedule "step": at: got "${text}", expected increasing numbers of epochs such as 90|95`);
  return milestones;
}
