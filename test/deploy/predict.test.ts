/** `predict` takes series however a program holds them; `loadRun` takes a run wherever it is, or says what is wrong. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRun } from '../../src/deploy/load-run.js';
import { createRunModel } from '../../src/deploy/run-model.js';
import { exportRun } from '../../src/export/export-run.js';
import { createMemoryFiles } from '../../src/platform/memory-files.js';
import { encodeCheckpoint } from '../../src/train/checkpoint.js';
import { encodeRunFile } from '../../src/train/run-file.js';
import { RunFolder } from '../../src/train/run-folder.js';
import { loadedRun, seriesOf } from './loaded.js';

describe('predict', () => {
  const one = createRunModel(loadedRun({ channels: 1 }), { engine: 'reference' });
  const two = createRunModel(loadedRun({ channels: 2 }), { engine: 'reference' });
  afterAll(() => Promise.all([one.close(), two.close()]));

  it('takes one series or many, typed, nested or as a table, to the same numbers', async () => {
    const [first, second] = seriesOf([6, 6], 2) as [Float32Array, Float32Array];
    const nested = (own: Float32Array) => Array.from({ length: 6 }, (_, step) => [own[2 * step]!, own[2 * step + 1]!]);
    const both = await two.predict([first, second]);
    expect(both.labels).toHaveLength(2);
    expect(await two.predict([nested(first), nested(second)])).toEqual(both);
    const values = Float32Array.from([...first, ...second]);
    expect(await two.predict({ name: 'table', rows: 2, steps: 6, channels: 2, values, labels: null })).toEqual(both);
    for (const single of [first, [...first], Float64Array.from(first), nested(first), [first]])
      expect((await two.predict(single)).logits).toEqual([both.logits[0]]);
    const [own] = seriesOf([5], 1) as [Float32Array];
    expect(await one.predict([[...own], [...own]])).toEqual(await one.predict([own, own]));
  });

  it('gives every row of a batch of mixed lengths what it gets alone', async () => {
    const series = seriesOf([9, 1, 30, 4], 2);
    const together = await two.predict(series);
    for (const [row, own] of series.entries()) expect((await two.predict(own)).logits[0]).toEqual(together.logits[row]);
  });

  it('gives probabilities that sum to one, the largest at the label', async () => {
    const { probabilities, labels } = await two.predict(seriesOf([9, 8, 7], 2));
    for (const [row, own] of probabilities.entries()) {
      expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      expect(labels[row]).toBe(['a', 'b', 'c'][own.indexOf(Math.max(...own))]);
    }
  });

  it.each<[string, Parameters<typeof two.predict>[0], string]>([
    ['nothing', [], 'got no series'],
    ['null', null as never, 'got null; expected a list of numbers'],
    ['a number', 3 as never, 'got number; expected a list of numbers'],
    ['an empty series', [new Float32Array(0)], 'series 0 is empty'],
    ['half a step', [1, 2, 3], "has 3 values, which is no multiple of the model's 2 channels"],
    ['a step of another width', [[1, 2], [3]], 'step 1 of the series has 1 values'],
    ['a value that is missing', [1, 2, Number.NaN, 4], 'series 0, step 1 is NaN'],
    [
      'a table of another width',
      { name: 'mine.csv', rows: 1, steps: 1, channels: 1, values: Float32Array.of(1), labels: null },
      'mine.csv: has 1 channels a step, the model reads 2',
    ],
  ])('refuses %s', async (_, batch, message) => {
    await expect(two.predict(batch)).rejects.toThrow(message);
  });

  it('gives calibrated probabilities of the same logits where asked, whole or stepped', async () => {
    const run = { ...loadedRun({ channels: 1 }), temperature: 2 };
    const model = createRunModel(run, { engine: 'reference', calibrated: true });
    const { logits, probabilities, labels } = await model.predict([1, 2, 3]);
    const plain = await one.predict([1, 2, 3]);
    expect({ logits, labels }).toEqual({ logits: plain.logits, labels: plain.labels });
    const weights = logits[0]!.map((logit) => Math.exp(logit / 2));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, weight] of weights.entries()) expect(probabilities[0]![index]).toBeCloseTo(weight / total, 12);
    let { state, output } = model.step(model.initialState(), 1);
    for (const x of [2, 3]) ({ state, output } = model.step(state, x));
    for (const [index, p] of output.probabilities[0]!.entries()) expect(p).toBeCloseTo(probabilities[0]![index]!, 12);
    expect(() => createRunModel(loadedRun(), { calibrated: true })).toThrow('has no temperature');
  });

  it('gives no label where the network gives no number', async () => {
    const run = loadedRun({ channels: 1 });
    // A drift that grows: after a thousand steps the state is beyond float64.
    const key = Object.keys(run.parameters).find((name) => /M_A$/.test(name))!;
    const { shape, data } = run.parameters[key]!;
    const parameters = { ...run.parameters, [key]: { shape, data: data.map(() => 1e6) } };
    const model = createRunModel({ ...run, parameters }, { engine: 'reference' });
    const long = new Float32Array(400).fill(1);
    await expect(model.predict([new Float32Array([1]), long])).rejects.toThrow(
      /outputs of 1 of 2 series are not finite \(counted from 1: 2\)/,
    );
    await model.close();
  });

  it('refuses to go on once closed', async () => {
    const model = createRunModel(loadedRun(), { engine: 'reference' });
    await model.close();
    await expect(model.predict([1, 2])).rejects.toThrow('was closed');
    expect(() => model.initialState()).toThrow('was closed');
  });
});

describe('loadRun', () => {
  const { path: _, model: __, parts: ____, parameters, ...document } = loadedRun({ channels: 1, units: 64 });
  const rounded = Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [name, { shape, data: data.map(Math.fround) }]),
  );
  const bytes = encodeRunFile(rounded, document);
  const files = createMemoryFiles();
  const series = seriesOf([12], 1);
  let server: Server;
  let address = '';

  beforeAll(async () => {
    const folder = await RunFolder.create(files, 'run', { config: document, environment: {} });
    await folder.saveCheckpoint(encodeCheckpoint({ parameters: rounded, optimiser: {}, progress: {} }, 'F32'), true);
    await exportRun({ files, run: 'run', out: 'run.safetensors' });
    server = createServer(({ url }, response) => {
      if (url === '/run.safetensors') response.end(bytes);
      else if (url === '/moved') response.writeHead(302, { location: '/run.safetensors' }).end();
      else response.writeHead(404).end('not here');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('loads a folder, an exported file, its bytes and its URL to the same predictions', async () => {
    const sources = ['run', 'run.safetensors', bytes, bytes.buffer as ArrayBuffer];
    const remote = [`${address}/run.safetensors`, new URL('/run.safetensors', address)];
    const predictions = [];
    for (const source of [...sources, ...remote]) {
      const model = await loadRun(source, { files, engine: 'reference' });
      expect(model).toMatchObject({ classes: ['a', 'b', 'c'], channels: 1, settings: { units: 64 } });
      predictions.push(await model.predict(series));
      await model.close();
    }
    for (const own of predictions) expect(own).toEqual(predictions[0]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e30])('refuses a weight of %s, naming it', async (value) => {
    const [name] = Object.keys(rounded) as [string];
    const data = rounded[name]!.data.slice();
    data[1] = value;
    const damaged = encodeRunFile({ ...rounded, [name]: { ...rounded[name]!, data } }, document);
    await expect(loadRun(damaged)).rejects.toThrow(new RegExp(`parameter "${name}" has the value .* at 1`));
  });

  it('takes weights over http only from this machine, unless allowed', async () => {
    await expect(loadRun('http://example.invalid/run.safetensors')).rejects.toThrow('use https:, or allow it');
    await expect(loadRun('http://example.invalid/run.safetensors', { allowHttp: true })).rejects.toThrow(
      'cannot be fetched',
    );
  });

  it('tells of a redirect', async () => {
    const told: string[] = [];
    const model = await loadRun(`${address}/moved`, { engine: 'reference', onNote: (note) => told.push(note) });
    expect(told).toEqual([`${address}/moved: redirected to ${address}/run.safetensors`]);
    await model.close();
  });

  it('keeps to itself where the data lay', () => {
    const places = {
      dataDir: '/home/somebody/data',
      data: '/home/somebody/beats.csv',
      testData: 'C:\\somebody\\t.csv',
    };
    const private_ = { ...document, settings: { ...document.settings, ...places } };
    expect(new TextDecoder().decode(encodeRunFile(rounded, private_))).not.toContain('somebody');
  });

  it('needs no more than the file in a page: a URL without files', async () => {
    const model = await loadRun(`${address}/run.safetensors`, { engine: 'reference' });
    expect((await model.predict(series)).labels).toHaveLength(1);
  });

  it('says what is wrong with what it got', async () => {
    const cut = (length: number) => loadRun(bytes.subarray(0, length));
    for (const length of [0, 7, 100, bytes.length - 1])
      await expect(cut(length), `${length} bytes`).rejects.toThrow(
        /not a usable safetensors file.*noisy-rnn export RUN/,
      );
    const page = new TextEncoder().encode('<!doctype html><title>Not found</title>');
    await expect(loadRun(page)).rejects.toThrow('not a usable safetensors file');
    await expect(loadRun(encodeRunFile(rounded, document, false))).rejects.toThrow('its metadata hold no settings');
    await expect(loadRun(`${address}/other.safetensors`)).rejects.toThrow(
      /other\.safetensors: the server answered 404 Not Found; expected the URL of an exported run/,
    );
    await expect(loadRun('http://127.0.0.1:1/run.safetensors')).rejects.toThrow('cannot be fetched');
    await expect(loadRun('nowhere', { files })).rejects.toThrow('nowhere: not found, expected the folder of a run');
    const { 'readout.weight': ___, ...missing } = rounded;
    await expect(loadRun(encodeRunFile(missing, document))).rejects.toThrow(
      'parameter "readout.weight" [3,64] is missing',
    );
    const unknown = { ...document, settings: { ...document.settings, model: 'mine' } };
    await expect(loadRun(encodeRunFile(rounded, unknown))).rejects.toThrow('unknown model "mine"');
  });
});
