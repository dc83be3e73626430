import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { RunFolder } from './run-folder.js';

class Killed extends Error {}

/**
 * Files in memory. After `writesLeft` writes the process is "killed": a whole write leaves only a temporary file, an
 * append leaves half its text, and nothing more is written.
 */
class MemoryFiles implements Files {
  readonly contents = new Map<string, Uint8Array | 'folder'>();
  readonly log: string[] = [];

  constructor(private writesLeft = Number.POSITIVE_INFINITY) {}

  revive(): MemoryFiles {
    const files = new MemoryFiles();
    for (const [path, content] of this.contents) files.contents.set(path, content);
    return files;
  }

  join(...parts: string[]): string {
    return parts.join('/');
  }

  baseName(path: string): string {
    return path.slice(path.lastIndexOf('/') + 1);
  }

  async kind(path: string) {
    const content = this.contents.get(path);
    return content === undefined ? 'missing' : content === 'folder' ? 'folder' : 'file';
  }

  async list(folder: string): Promise<string[]> {
    const inside = [...this.contents.keys()].filter((path) => path.startsWith(`${folder}/`));
    return inside.map((path) => path.slice(folder.length + 1)).filter((name) => !name.includes('/'));
  }

  async read(path: string): Promise<Uint8Array> {
    const content = this.contents.get(path);
    if (content === undefined || content === 'folder') throw new InputError(`cannot read ${path}`);
    return content;
  }

  async makeFolder(path: string): Promise<void> {
    const parts = path.split('/');
    parts.forEach((_, index) => {
      this.contents.set(parts.slice(0, index + 1).join('/'), 'folder');
    });
  }

  async write(path: string, content: Uint8Array | string): Promise<void> {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    this.spend(() => this.contents.set(`${folder}.${this.baseName(path)}.1.tmp`, bytes.slice(0, bytes.length / 2)));
    this.log.push(path);
    this.contents.set(path, bytes);
  }

  async append(path: string, text: string): Promise<void> {
    const before = this.contents.has(path) ? await this.text(path) : '';
    const put = (added: string) => this.contents.set(path, new TextEncoder().encode(before + added));
    this.spend(() => put(text.slice(0, text.length / 2)));
    this.log.push(path);
    put(text);
  }

  async remove(path: string): Promise<void> {
    this.spend(() => undefined);
    this.contents.delete(path);
  }

  async text(path: string): Promise<string> {
    return new TextDecoder().decode(await this.read(path));
  }

  private spend(partly: () => unknown): void {
    if (this.writesLeft === 0) {
      partly();
      this.writesLeft = -1;
    }
    if (this.writesLeft < 0) throw new Killed();
    this.writesLeft -= 1;
  }
}

const contents = { config: { model: 'noisy', lr: 1e-7, units: 8 }, environment: { node: 'v20' } };

describe('creating and opening', () => {
  it('writes the configuration last and reads it back', async () => {
    const files = new MemoryFiles();
    const run = await RunFolder.create(files, 'runs/a', contents);
    expect(files.log).toEqual(['runs/a/environment.json', 'runs/a/config.yaml']);
    expect(await run.readConfig()).toEqual(contents.config);
    const opened = await RunFolder.open(files, 'runs/a');
    expect(await opened.readConfig()).toEqual(contents.config);
    expect(await opened.readEnvironment()).toEqual(contents.environment);
    expect(await opened.readMetrics()).toEqual([]);
    expect(await opened.readCheckpoint('last')).toBeUndefined();
    expect(await opened.readResult()).toBeUndefined();
  });

  it('takes an empty folder, and refuses a run, a file and other contents', async () => {
    const files = new MemoryFiles();
    await files.makeFolder('empty');
    await RunFolder.create(files, 'empty', contents);
    await expect(RunFolder.create(files, 'empty', contents)).rejects.toThrow(InputError);
    await expect(RunFolder.create(files, 'empty', contents)).rejects.toThrow('--resume empty');
    await files.write('file', '');
    await expect(RunFolder.create(files, 'file', contents)).rejects.toThrow('got a file');
    await files.makeFolder('home');
    await files.write('home/thesis.tex', '');
    await expect(RunFolder.create(files, 'home', contents)).rejects.toThrow('"thesis.tex" is in it');
    await files.makeFolder('weights/checkpoints');
    await files.write('weights/checkpoints/last.safetensors', '');
    await expect(RunFolder.create(files, 'weights', contents)).rejects.toThrow('"last.safetensors" is in it');
  });

  it('refuses to open what is no run', async () => {
    const files = new MemoryFiles();
    await files.makeFolder('empty');
    await files.write('file', '');
    await expect(RunFolder.open(files, 'gone')).rejects.toThrow('not found');
    await expect(RunFolder.open(files, 'file')).rejects.toThrow('got a file');
    await expect(RunFolder.open(files, 'empty')).rejects.toThrow(InputError);
  });

  it('names the file that cannot be parsed', async () => {
    const files = new MemoryFiles();
    const run = await RunFolder.create(files, 'a', contents);
    await files.write('a/config.yaml', 'units: [1');
    await files.write('a/result.json', '{');
    await expect(run.readConfig()).rejects.toThrow('a/config.yaml: not readable as YAML');
    await expect(run.readResult()).rejects.toThrow('a/result.json is not JSON');
    await expect(run.readResult()).rejects.toThrow(InputError);
  });
});

describe('metrics', () => {
  async function withMetrics(text: string) {
    const files = new MemoryFiles();
    const run = await RunFolder.create(files, 'a', contents);
    await files.write('a/metrics.jsonl', text);
    return { files, run };
  }

  it('appends lines and reads them', async () => {
    const { run, files } = await withMetrics('');
    const sound = { epoch: 0, loss: 0.5 };
    await run.appendMetrics(sound);
    const diverged = { epoch: 1, loss: Number.NaN };
    await run.appendMetrics(diverged);
    expect(await files.text('a/metrics.jsonl')).toBe('{"epoch":0,"loss":0.5}\n{"epoch":1,"loss":null}\n');
    expect(await run.readMetrics()).toEqual([
      { epoch: 0, loss: 0.5 },
      { epoch: 1, loss: null },
    ]);
  });

  it.each(['', '{"epo', '{"epoch":2}', '{"epoch":2}\n', '{"epoch":2}\n{"epoch":3,"lo', '\0\0\0'])(
    'cuts back to the checkpoint, with the end %j',
    async (end) => {
      const { run, files } = await withMetrics(`{"epoch":0}\n{"epoch":1}\n${end}`);
      expect(await run.truncateMetrics(1)).toEqual([{ epoch: 0 }, { epoch: 1 }]);
      expect(await files.text('a/metrics.jsonl')).toBe('{"epoch":0}\n{"epoch":1}\n');
      await run.truncateMetrics(-1);
      expect(await files.text('a/metrics.jsonl')).toBe('');
    },
  );

  it('refuses what no kill explains', async () => {
    await expect((await withMetrics('{"epo\n{"epoch":1}\n')).run.readMetrics()).rejects.toThrow('line 1');
    await expect((await withMetrics('{"epoch":0}\n{"loss":1}\n')).run.readMetrics()).rejects.toThrow('line 2');
    await expect((await withMetrics('{"epoch":1}\n{"epoch":1}\n')).run.readMetrics()).rejects.toThrow(InputError);
  });
});

describe('checkpoints and result', () => {
  it('writes best before last, and best only when it is', async () => {
    const files = new MemoryFiles();
    const run = await RunFolder.create(files, 'a', contents);
    await run.saveCheckpoint(Uint8Array.of(1), true);
    await run.saveCheckpoint(Uint8Array.of(2), false);
    expect(files.log.slice(2).map((path) => files.baseName(path))).toEqual([
      'best.safetensors',
      'last.safetensors',
      'last.safetensors',
    ]);
    expect(await run.readCheckpoint('best')).toEqual(Uint8Array.of(1));
    expect(await run.readCheckpoint('last')).toEqual(Uint8Array.of(2));
  });

  it('keeps and discards the result', async () => {
    const run = await RunFolder.create(new MemoryFiles(), 'a', contents);
    await run.writeResult({ accuracy: 0.9 });
    expect(await run.readResult()).toEqual({ accuracy: 0.9 });
    await run.discardResult();
    await run.discardResult();
    expect(await run.readResult()).toBeUndefined();
  });
});

/** A pretended training: the state after epoch e is a function of the state before, and every third epoch is the best. */
async function train(files: Files): Promise<void> {
  const exists = (await files.kind('a/config.yaml')) === 'file';
  const run = exists ? await RunFolder.open(files, 'a') : await RunFolder.create(files, 'a', contents);
  await run.discardResult();
  const last = await run.readCheckpoint('last');
  const done = last ? last[0]! : -1;
  let state = last ? last[1]! : 1;
  await run.truncateMetrics(done);
  for (let epoch = done + 1; epoch < 4; epoch++) {
    state = (state * 37 + epoch) % 251;
    const metrics = { epoch, state };
    await run.appendMetrics(metrics);
    await run.saveCheckpoint(Uint8Array.of(epoch, state), epoch % 3 === 0);
  }
  await run.writeResult({ best: [...(await run.readCheckpoint('best'))!] });
}

const filesOfRun = (files: MemoryFiles) =>
  [...files.contents].filter(([path]) => !path.endsWith('.tmp')).sort(([a], [b]) => (a < b ? -1 : 1));

it('killed at any write, and again while resuming, a run ends with the very same files', async () => {
  const whole = new MemoryFiles();
  await train(whole);
  const writes = whole.log.length;
  expect(writes).toBeGreaterThan(12);
  for (let first = 0; first < writes; first++) {
    for (const second of [0, 1, 2, 5, Number.POSITIVE_INFINITY]) {
      const killed = new MemoryFiles(first);
      await expect(train(killed)).rejects.toThrow(Killed);
      const again = new MemoryFiles(second);
      for (const [path, content] of killed.contents) again.contents.set(path, content);
      await train(again).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
      const revived = again.revive();
      await train(revived);
      expect(filesOfRun(revived)).toEqual(filesOfRun(whole));
    }
  }
});
