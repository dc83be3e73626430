/** Public archives downloaded once, checked, and kept in the user's cache folder. */
import { createHash } from 'node:crypto';
import { homedir, platform } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type Archive, type ArchiveFile, archiveOf } from '../data/archives.js';
import { gunzip, isGzip } from '../data/gzip.js';
import { untar } from '../data/tar.js';
import { unzip } from '../data/zip.js';
import { InputError } from '../errors.js';
import { nodeFiles } from '../platform/node-files.js';

export interface DownloadOptions {
  /** Take only what is in the cache. */
  readonly offline?: boolean | undefined;
  /** `cacheFolder()` unless given. */
  readonly cache?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onNote?: ((line: string) => void) | undefined;
}

const CHECKSUMS = 'checksums.json';
/** Of a file whose size is not known beforehand. */
const LARGEST = 2 ** 28;
const LONGEST_MILLISECONDS = 600_000;

/** NOISY_RNN_CACHE, or the platform's folder for caches (XDG base directories on Linux). */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { NOISY_RNN_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (NOISY_RNN_CACHE) return NOISY_RNN_CACHE;
  if (platform() === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'noisy-rnn', 'Cache');
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Caches', 'noisy-rnn');
  // The specification has relative paths ignored.
  const base = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(base, 'noisy-rnn');
}

/** The folder of a named source's files, for `dataDir`. @throws InputError for a source of no public archive, or as `downloadArchive`. */
export async function downloadData(source: string, options: DownloadOptions = {}): Promise<string> {
  const archive = archiveOf(source);
  if (archive === null)
    throw new InputError(
      `'${source}' is not downloaded; only ecg5000 and the sources of mnist, fashion-mnist and cifar10 are.`,
    );
  return downloadArchive(archive, options);
}

/**
 * The folder that holds the archive's files, downloaded if they are not there whole. A download that is killed leaves
 * nothing behind that would be taken for a file, and begins anew.
 * @throws InputError if there is no network, or what comes is not what was expected.
 */
export async function downloadArchive(archive: Archive, options: DownloadOptions = {}): Promise<string> {
  for (const installed of archive.installed ?? []) if (await holdsAll(installed, archive)) return installed;
  const folder = join(options.cache ?? cacheFolder(), archive.name);
  const kept = await readChecksums(folder);
  for (const file of archive.files) {
    if (await isWhole(folder, file, kept)) continue;
    if (options.offline)
      throw new InputError(
        `${archive.name}: ${file.name} is not in the cache (${folder}), and --offline forbids to download it; get it from ` +
          `${archive.page} and give its folder with --data-dir.`,
      );
    const bytes = await fetchAny(archive, file, kept, options);
    await nodeFiles.makeFolder(folder);
    const written = await store(folder, file, bytes);
    Object.assign(kept, { [file.name]: sha256(bytes) }, written);
    await nodeFiles.write(join(folder, CHECKSUMS), `${JSON.stringify(kept, null, 2)}\n`);
  }
  return folder;
}

/** Writes the file, or what is taken out of it. @returns checksums by name. */
async function store(folder: string, file: ArchiveFile, bytes: Uint8Array): Promise<Record<string, string>> {
  const { members } = file;
  if (members === undefined) {
    await nodeFiles.write(join(folder, file.name), bytes);
    return {};
  }
  const written: Record<string, string> = {};
  const inside = isGzip(bytes) ? untar(gunzip(bytes, file.name), file.name) : unzip(bytes, file.name);
  for (const [path, read] of inside) {
    const name = path.split('/').at(-1)!;
    if (!members.test(name)) continue;
    const content = read();
    await nodeFiles.write(join(folder, name), content);
    written[name] = sha256(content);
  }
  if (Object.keys(written).length === 0)
    throw new InputError(`${file.name}: holds none of the files expected (${members.source}); get the data by hand.`);
  return written;
}

/** Are all files there, as a package of the operating system puts them, and what they should be? */
async function holdsAll(folder: string, archive: Archive): Promise<boolean> {
  for (const file of archive.files) if (!(await isWhole(folder, file, {}))) return false;
  return true;
}

async function isWhole(folder: string, file: ArchiveFile, kept: Readonly<Record<string, string>>): Promise<boolean> {
  const { members } = file;
  const names = members === undefined ? [file.name] : Object.keys(kept).filter((name) => members.test(name));
  if (names.length === 0) return false;
  for (const name of names) {
    const path = join(folder, name);
    if ((await nodeFiles.kind(path)) !== 'file') return false;
    const bytes = await nodeFiles.read(path);
    if (file.content !== undefined) return contentOf(bytes, name) === file.content;
    const expected = (members === undefined ? file.sha256 : null) ?? kept[name];
    if (expected === undefined || sha256(bytes) !== expected) return false;
  }
  return true;
}

async function fetchAny(
  archive: Archive,
  file: ArchiveFile,
  kept: Readonly<Record<string, string>>,
  options: DownloadOptions,
): Promise<Uint8Array> {
  const failures: string[] = [];
  for (const url of file.urls) {
    options.onNote?.(`downloading ${url}`);
    try {
      const bytes = await fetchWhole(url, file.bytes ?? LARGEST, options.signal);
      const expected = file.sha256 ?? kept[file.name];
      if (file.bytes !== null && bytes.length !== file.bytes)
        failures.push(`${url}: ${bytes.length} bytes came, expected ${file.bytes}`);
      else if (file.content !== undefined && contentOf(bytes, file.name) !== file.content)
        failures.push(`${url}: what it holds has not the SHA-256 expected, ${file.content}`);
      else if (expected !== undefined && sha256(bytes) !== expected)
        failures.push(`${url}: SHA-256 is ${sha256(bytes)}, expected ${expected}`);
      else return bytes;
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(`${url}: ${reasonOf(error)}`);
    }
  }
  throw new InputError(
    `cannot download ${file.name} of '${archive.name}':\n  ${failures.join('\n  ')}\nWithout a network, get it from ` +
      `${archive.page} and give its folder with --data-dir.`,
  );
}

async function fetchWhole(url: string, limit: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const timeout = AbortSignal.timeout(LONGEST_MILLISECONDS);
  const response = await fetch(url, { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) });
  if (!response.ok) throw new Error(`the server answers ${response.status} ${response.statusText}`.trim());
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    // One byte more than expected is enough to know.
    if (length > limit) throw new Error(`more than the ${limit} bytes expected`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (error.name === 'TimeoutError') return `no answer in ${LONGEST_MILLISECONDS / 1000} s`;
  if (error.message === 'terminated') return 'the connection broke off before the end';
  return cause instanceof Error ? `${error.message} (${cause.message})` : error.message;
}

async function readChecksums(folder: string): Promise<Record<string, string>> {
  const path = join(folder, CHECKSUMS);
  if ((await nodeFiles.kind(path)) !== 'file') return {};
  try {
    const content: unknown = JSON.parse(new TextDecoder().decode(await nodeFiles.read(path)));
    const entries = Object.entries(content ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return Object.fromEntries(entries);
  } catch {
    throw new InputError(`${path}: is damaged; remove the folder ${folder}, so that it is downloaded again.`);
  }
}

/** SHA-256 of what a gzip holds; null if it is damaged. */
function contentOf(bytes: Uint8Array, name: string): string | null {
  try {
    return sha256(gunzip(bytes, name));
  } catch {
    return null;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
