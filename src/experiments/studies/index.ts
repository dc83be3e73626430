import type { Study } from '../study.js';
import { ecg } from './ecg.js';
import { quick } from './quick.js';

/** Every study by name: a new one is one file and one row here. */
export const studies: ReadonlyMap<string, Study> = new Map([quick, ecg].map((study) => [study.name, study]));
