import type { ScheduleKind } from './schedule.js';

export const constant: ScheduleKind = {
  name: 'constant',
  keys: {},
  create: () => ({ name: 'constant', factor: () => 1 }),
};
