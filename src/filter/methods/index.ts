/** Filtering methods by name: a new one is one file and one row here. */
import { ensemble } from './ensemble.js';
import { extended } from './extended.js';
import { generalised } from './generalised.js';
import type { MethodBuilder } from './method.js';
import { unscented } from './unscented.js';

export type { FilterProblem, Method, MethodOptions, Prediction } from './method.js';

export const methods = { extended, unscented, ensemble, generalised } satisfies Readonly<Record<string, MethodBuilder>>;

export type MethodName = keyof typeof methods;
