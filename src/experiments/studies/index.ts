import type { Study } from '../study.js';
import { ecg } from './ecg.js';
import { ecgCause } from './ecg-cause.js';
import { fashion196, fashionRows } from './fashion.js';
import { heartbeats } from './heartbeats.js';
import { parallel, streams } from './long-ecg.js';
import { parallelRows, streamsRows } from './long-rows.js';
import { mnist, pmnist } from './mnist.js';
import { mnist196 } from './mnist-196.js';
import { mnistRows } from './mnist-rows.js';
import { quick } from './quick.js';

/** Every study by name: a new one is one file and one row here. */
export const studies: ReadonlyMap<string, Study> = new Map(
  [
    ...[quick, ecg, ecgCause, mnistRows, mnist196, mnist, pmnist, heartbeats],
    ...[fashionRows, fashion196, parallel, parallelRows, streams, streamsRows],
  ].map((study) => [study.name, study]),
);
