/** Several who work on one folder: the same result, whoever computes what. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optionsFor, tiny, withLines } from '../../../test/support/tiny-study.js';
import type { Files } from '../../platform/files.js';
import { createMemoryFiles } from '../../platform/memory-files.js';
import { nodeFiles } from '../../platform/node-files.js';
import { timeless } from '../../result/stored.js';
import { TrainingError } from '../../train/index.js';
import { joinStudy, reproduceStudy } from '../reproduce.js';
import type { Study } from '../study.js';
import { localWorker } from '../workers.js';
import { cancelWork, retryWork, statusOf } from './status.js';

let folder: string;
let study: Study;
let alone: unknown;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'noisy-rnn-work-'));
  const lines = await withLines();
  await nodeFiles.makeFolder(join(folder, 'data'));
  for (const name of await lines.list('data'))
    await nodeFiles.write(join(folder, 'data', name), await lines.read(`data/${name}`));
  study = { ...tiny, seeds: 3, settings: { ...tiny.settings, data: join(folder, 'data'), epochs: 1 } };
  alone = timeless((await reproduceStudy(study, at('alone'))).result);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string, more = {}) => optionsFor(nodeFiles, { out: join(folder, name), ...more });

describe('workers on one folder', () => {
  it('share the parts, each done once, and leave the result of one and no claim', async () => {
    const computed: string[] = [];
    const startWorker: NonNullable<Parameters<typeof joinStudy>[1]['startWorker']> = async (request) => {
      const worker = await localWorker(nodeFiles)(request);
      return {
        ...worker,
        run: (task, onProgress) => {
          computed.push(
            JSON.stringify([
              task.kind,
              'seed' in task.task && task.task.seed,
              'model' in task.task && task.task.model.id,
            ]),
          );
          return worker.run(task, onProgress);
        },
      };
    };
    const ended = await Promise.all([1, 2, 3].map(() => joinStudy(study, at('shared', { startWorker }))));
    expect(computed).toHaveLength(6);
    expect(new Set(computed).size).toBe(6);
    const results = ended.filter((done) => done !== null);
    expect(results.length).toBeGreaterThan(0);
    for (const { result } of results) expect(timeless(result)).toEqual(alone);
    expect(await readdir(join(folder, 'shared', 'claims'))).toEqual([]);
    expect(await statusOf(nodeFiles, join(folder, 'shared'))).toEqual({
      parts: { done: 6, claimed: 0, failed: 0, left: 0 },
      workers: [],
      fraction: 1,
      secondsLeft: 0,
    });
  });

  it('try a part twice that fails, leave it and name it; once retried, it is done', async () => {
    let broken = true;
    let tries = 0;
    const startWorker: NonNullable<Parameters<typeof joinStudy>[1]['startWorker']> = async (request) => {
      const worker = await localWorker(nodeFiles)(request);
      return {
        ...worker,
        run: async (task, onProgress) => {
          if (broken && task.kind === 'part' && task.task.seed === 2 && task.task.model.id === 'noisy') {
            tries += 1;
            throw new Error('the node caught fire');
          }
          return worker.run(task, onProgress);
        },
      };
    };
    const join_ = () => joinStudy(study, at('failing', { startWorker }));
    const failure = await join_().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TrainingError);
    expect(String(failure)).toMatch(/failed twice.*part-noisy-seed2: the node caught fire.*noisy-rnn retry/s);
    expect(tries).toBe(2);
    const path = join(folder, 'failing');
    expect((await statusOf(nodeFiles, path)).parts).toEqual({ done: 5, claimed: 0, failed: 1, left: 0 });
    await expect(join_()).rejects.toThrow('failed twice');
    broken = false;
    expect(await retryWork(nodeFiles, path)).toEqual(['part-noisy-seed2']);
    expect(timeless((await join_())!.result)).toEqual(alone);
    expect(await readdir(join(path, 'failed'))).toEqual([]);
  });

  it('stop when it is cancelled, and go on when that is lifted', async () => {
    const path = join(folder, 'cancelled');
    const onProgress = (_: number, label: string) => {
      if (label.includes('seed 2')) return cancelWork(nodeFiles, path, 'a test');
    };
    const stopped = await joinStudy(study, at('cancelled', { onProgress })).catch((error: unknown) => String(error));
    // Either it noticed, or it was faster than the two seconds between two looks.
    if (typeof stopped === 'string') expect(stopped).toMatch(/cancelled/);
    await expect(joinStudy(study, at('cancelled'))).rejects.toThrow('cancelled');
    await retryWork(nodeFiles, path);
    expect(timeless((await joinStudy(study, at('cancelled')))!.result)).toEqual(alone);
  });

  it('of another engine build are told before they compute', async () => {
    const out = join(folder, 'builds');
    await nodeFiles.makeFolder(join(out, 'runs'));
    await nodeFiles.makeFolder(join(out, 'parts'));
    await nodeFiles.write(join(out, 'build.json'), '{"build":"another"}');
    await nodeFiles.write(join(out, 'parts', 'control-seed9.json'), '{}');
    const onProgress = () => {
      throw new Error('it computes');
    };
    await expect(joinStudy(study, at('builds', { onProgress }))).rejects.toThrow(/engine build another.*--mix-builds/s);
  });

  it('and one that is not to share it says who works on it', async () => {
    const files: Files = { ...nodeFiles };
    let second: Promise<unknown> | undefined;
    const onProgress = () => {
      second ??= reproduceStudy(study, at('sole', { resume: true })).catch((error: unknown) => error);
    };
    await reproduceStudy(study, { ...at('sole', { onProgress }), files });
    expect(String(await second)).toMatch(/being worked on .*--join/);
  });
});

it('status refuses what is no folder of a study', async () => {
  await expect(statusOf(createMemoryFiles(), 'nowhere')).rejects.toThrow('not found');
  await expect(statusOf(nodeFiles, join(folder, 'data'))).rejects.toThrow('expected the folder of a study');
});
