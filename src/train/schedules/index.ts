import { completeSpec, parseSpec, type SpecTable } from '../../spec.js';
import { constant } from './constant.js';
import { cosine } from './cosine.js';
import type { Schedule, ScheduleKind } from './schedule.js';
import { step } from './step.js';

export type { Progress, Schedule, ScheduleKind } from './schedule.js';

/** Every learning-rate schedule by name. */
export const schedules = { constant, step, cosine } as const satisfies SpecTable &
  Readonly<Record<string, ScheduleKind>>;

type ScheduleName = keyof typeof schedules;

/** Reads such as `step:at=90|95,gamma=0.1`. @throws InputError for an unknown name or key or a bad value. */
export function parseSchedule(text: string): Schedule {
  return createSchedule(parseSpec(text, schedules, 'schedule'));
}

/** @throws InputError as parseSchedule. */
export function createSchedule(given: {
  readonly name: string;
  readonly values?: Readonly<Record<string, number | string | boolean>>;
}): Schedule {
  const spec = completeSpec(given, schedules, 'schedule');
  const kind: ScheduleKind = schedules[spec.name as ScheduleName];
  return kind.create(spec.values);
}
