/** Downloads from a server on this machine: whole, damaged, cut short, missing, slow to come, and none at all. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { gzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Archive, archiveOf } from '../../src/data/archives.js';
import { InputError } from '../../src/errors.js';
import { cacheFolder, downloadArchive } from '../../src/node/download.js';
import { runCli, temporaryFolder } from './run-cli.js';
import { tinyUcr } from './tiny-data.js';

const folder = temporaryFolder();
const content = gzipSync(new TextEncoder().encode(tinyUcr(40, 1)));
const zip = zipSync({
  'ECG5000/ECG5000_TRAIN.tsv': new TextEncoder().encode(tinyUcr(40, 1)),
  'notes.md': new Uint8Array(3),
});
const hash = createHash('sha256').update(content).digest('hex');
let server: Server;
let base = '';
let requests: string[] = [];
let body: Uint8Array = content;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url!);
    if (request.url === '/404') response.writeHead(404).end('no');
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 100), () => response.destroy());
    } else response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterAll(() => {
  server.close();
});
let cache = '';
let caches = 0;
beforeEach(() => {
  requests = [];
  body = content;
  caches += 1;
  cache = join(folder, `cache-${caches}`);
});

const archive = (paths: string[], sha256: string | null = hash, bytes: number | null = content.length): Archive => ({
  name: 'tiny',
  page: 'https://example.org/tiny',
  files: [{ name: 'Tiny_TRAIN.tsv.gz', urls: paths.map((path) => base + path), sha256, bytes }],
});

describe('downloadArchive', () => {
  it('downloads once, keeps the file, and takes it from the cache afterwards, offline too', async () => {
    const at = await downloadArchive(archive(['/whole']), { cache });
    expect(at).toBe(join(cache, 'tiny'));
    expect(readFileSync(join(at, 'Tiny_TRAIN.tsv.gz'))).toEqual(Buffer.from(content));
    await downloadArchive(archive(['/whole']), { cache, offline: true });
    expect(requests).toEqual(['/whole']);
    expect(readdirSync(at).sort()).toEqual(['Tiny_TRAIN.tsv.gz', 'checksums.json']);
  });

  it('tries the next address, and downloads anew what a kill or a disk left damaged', async () => {
    const at = await downloadArchive(archive(['/404', '/cut', '/whole']), { cache });
    expect(requests).toEqual(['/404', '/cut', '/whole']);
    writeFileSync(join(at, 'Tiny_TRAIN.tsv.gz'), content.subarray(0, 50));
    writeFileSync(join(at, '.Tiny_TRAIN.tsv.gz.1234.tmp'), 'left by a kill');
    await downloadArchive(archive(['/whole']), { cache });
    expect(readFileSync(join(at, 'Tiny_TRAIN.tsv.gz'))).toEqual(Buffer.from(content));
  });

  it('holds later downloads to the first checksum where none is known', async () => {
    const unknown = archive(['/whole'], null, null);
    const at = await downloadArchive(unknown, { cache });
    writeFileSync(join(at, 'Tiny_TRAIN.tsv.gz'), 'damaged');
    body = gzipSync(new TextEncoder().encode('something else'));
    await expect(downloadArchive(unknown, { cache })).rejects.toThrow(/SHA-256 is .*, expected/);
    body = content;
    await downloadArchive(unknown, { cache });
  });

  it.each<[string, () => Archive, RegExp]>([
    ['a wrong checksum', () => archive(['/whole'], 'a'.repeat(64)), /SHA-256 is [0-9a-f]{64}, expected a{64}/],
    ['a body cut short', () => archive(['/cut']), /broke off before the end|expected/],
    ['fewer bytes', () => archive(['/whole'], hash, content.length + 1), /bytes came, expected/],
    ['more bytes', () => archive(['/whole'], hash, content.length - 1), /more than the \d+ bytes expected/],
    ['an answer of 404', () => archive(['/404']), /the server answers 404/],
  ])('refuses %s, and leaves no file', async (_, given, message) => {
    const loading = downloadArchive(given(), { cache });
    await expect(loading).rejects.toThrow(InputError);
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(
      /get it from https:\/\/example\.org\/tiny and give its folder with --data-dir/,
    );
    expect(existsSync(join(cache, 'tiny', 'Tiny_TRAIN.tsv.gz'))).toBe(false);
  });

  it('says so where there is no network, and offline', async () => {
    const nowhere: Archive = { ...archive([]), files: [{ ...archive([]).files[0]!, urls: ['http://127.0.0.1:9/x'] }] };
    await expect(downloadArchive(nowhere, { cache })).rejects.toThrow(/127\.0\.0\.1:9.*\nWithout a network/s);
    await expect(downloadArchive(nowhere, { cache, offline: true })).rejects.toThrow(/--offline forbids/);
    expect(requests).toEqual([]);
  });

  it('takes the files it wants out of a zip archive, and checks them each time', async () => {
    body = zip;
    const ecg: Archive = { ...archive([]), files: [{ ...archiveOf('ecg5000')!.files[0]!, urls: [`${base}/zip`] }] };
    const at = await downloadArchive(ecg, { cache });
    expect(readdirSync(at).sort()).toEqual(['ECG5000_TRAIN.tsv', 'checksums.json']);
    writeFileSync(join(at, 'ECG5000_TRAIN.tsv'), 'damaged');
    await downloadArchive(ecg, { cache });
    expect(readFileSync(join(at, 'ECG5000_TRAIN.tsv'), 'utf8')).toBe(tinyUcr(40, 1));
    expect(requests).toHaveLength(2);
  });
});

describe('the command line', () => {
  it('reads a named source from the cache, and offline says what is missing', async () => {
    const at = join(folder, 'own-cache');
    mkdirSync(join(at, 'ecg5000'), { recursive: true });
    const text = tinyUcr(40, 1);
    writeFileSync(join(at, 'ecg5000', 'ECG5000_TRAIN.tsv'), text);
    const checksums = { 'ECG5000_TRAIN.tsv': createHash('sha256').update(text).digest('hex') };
    writeFileSync(join(at, 'ecg5000', 'checksums.json'), JSON.stringify(checksums));
    const before = process.env.NOISY_RNN_CACHE;
    process.env.NOISY_RNN_CACHE = at;
    try {
      const described = await runCli('data', 'ecg5000', '--offline', '--json');
      expect(described, described.stderr).toMatchObject({ code: 0 });
      expect(JSON.parse(described.stdout)).toMatchObject({ train: { rows: 40 } });
      const absent = await runCli('train', '--data', 'mnist-rows', '--offline', '--out', join(folder, 'no'));
      expect(absent).toMatchObject({ code: 2, stdout: '' });
      expect(absent.stderr).toMatch(/mnist: train-images-idx3-ubyte\.gz is not in the cache .*--offline forbids/);
    } finally {
      if (before === undefined) delete process.env.NOISY_RNN_CACHE;
      else process.env.NOISY_RNN_CACHE = before;
    }
  });

  it('keeps to the folders of the platform', () => {
    expect(cacheFolder({ NOISY_RNN_CACHE: '/c' })).toBe('/c');
    if (process.platform !== 'linux') return;
    expect(cacheFolder({ XDG_CACHE_HOME: '/x' })).toBe('/x/noisy-rnn');
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative' })).toMatch(/\/\.cache\/noisy-rnn$/);
  });

  it('knows the checksums of MNIST', () => {
    for (const source of ['mnist', 'mnist-196', 'mnist-rows', 'pmnist'])
      for (const { sha256, bytes } of archiveOf(source)!.files) {
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(bytes).toBeGreaterThan(1000);
      }
    expect(archiveOf('heartbeats')).toBeNull();
  });

  it('takes Fashion-MNIST from Debian’s package, offline too, where it is installed whole', async () => {
    const gz = (text: string) => gzipSync(new TextEncoder().encode(text));
    const content = createHash('sha256').update('images').digest('hex');
    const packed: Archive = {
      ...archive([]),
      installed: [join(cache, 'absent'), cache],
      files: [{ name: 'images.gz', urls: [`${base}/whole`], sha256: null, bytes: null, content }],
    };
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'images.gz'), gz('images'));
    expect(await downloadArchive(packed, { cache: join(cache, 'own'), offline: true })).toBe(cache);
    writeFileSync(join(cache, 'images.gz'), gz('other images'));
    body = gz('other images');
    await expect(downloadArchive(packed, { cache: join(cache, 'own') })).rejects.toThrow(
      /has not the SHA-256 expected/,
    );
    body = gz('images');
    expect(await downloadArchive(packed, { cache: join(cache, 'own') })).toBe(join(cache, 'own', 'tiny'));
    for (const source of ['fashion-mnist', 'fashion-mnist-196', 'fashion-mnist-rows', 'fashion-mnist-permuted'])
      expect(archiveOf(source)).toMatchObject({ installed: ['/usr/share/datasets/fashion-mnist'] });
  });
});
