/** The example page in Chromium: it trains to Node's numbers, with and without shared memory, and answers what is drawn. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainRun } from '../../src/index.js';
import { setKernelFlags } from '../../src/node.js';
import { createMemoryFiles } from '../../src/platform/memory-files.js';
import type { TrainResult } from '../../src/train/train-result.js';
import { temporaryFolder } from './run-cli.js';

const root = fileURLToPath(new URL('../../examples/browser/', import.meta.url));
const library = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const epochs = 3;
const outDir = temporaryFolder();
/** Where to leave pictures of the page, for a person to look at. */
const pictures = process.env.NOISY_RNN_PICTURES;

if (!existsSync(executablePath))
  console.warn(`no Chromium at ${executablePath} (set CHROMIUM_PATH): the page is not tested in a browser`);

/** The same, every number within 12 digits. */
function nearly(value: unknown): unknown {
  if (typeof value === 'number') return expect.closeTo(value, 12);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, nearly(own)]));
}

type PageResult = TrainResult & { readonly isolated: boolean };

describe.skipIf(!existsSync(executablePath))('the page in Chromium', () => {
  let browser: Browser;
  let node: TrainResult;
  const servers: PreviewServer[] = [];

  beforeAll(async () => {
    await build({ root, logLevel: 'error', build: { outDir }, resolve: { alias: { 'noisy-rnn': library } } });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    // Chromium has relaxed SIMD, and Node behind a flag: the same build of the kernels computes on both sides.
    setKernelFlags();
    const settings = { data: 'heartbeats', units: 32, epochs, seed: 1, engine: 'wasm' } as const;
    node = await trainRun({ files: createMemoryFiles(), out: 'run', cores: 2, settings });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) await server.close();
  });

  async function serve(isolated: boolean): Promise<string> {
    const server = await preview({
      root,
      logLevel: 'error',
      build: { outDir },
      preview: { port: 0 },
      ...(isolated ? {} : { configFile: false }),
    });
    servers.push(server);
    return server.resolvedUrls!.local[0]!;
  }

  async function trained(url: string, width: number, height: number): Promise<{ page: Page; result: PageResult }> {
    const page = await browser.newPage({ viewport: { width, height } });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(url);
    await page.fill('#epochs', String(epochs));
    await page.click('#train');
    await page.waitForFunction('document.body.dataset.answer ?? document.body.dataset.failure', undefined, {
      timeout: 60_000,
    });
    expect(complaints).toEqual([]);
    return { page, result: JSON.parse((await page.getAttribute('body', 'data-result')) ?? 'null') };
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  }

  it.each([
    ['with shared memory', true, 1280, 900],
    ['without cross-origin isolation', false, 390, 844],
  ])('trains to the very numbers of Node %s', async (name, isolated, width, height) => {
    const { page, result } = await trained(await serve(isolated), width, height);
    expect(result.isolated).toBe(isolated);
    if (!isolated) expect(result.threads).toBe(1);
    // What the kernels compute is the same to the bit. Metrics are JavaScript's float64, whose exp and log may differ in the
    // last digits from one version of V8 to the next.
    const exact = ({ accuracy, loss }: { accuracy: number; loss: number }) => ({ accuracy, loss });
    expect(exact(result.test!)).toEqual(exact(node.test!));
    expect(exact(result.validation)).toEqual(exact(node.validation));
    expect(result.test!.metrics).toEqual(nearly(node.test!.metrics));
    expect(result.validation.metrics).toEqual(nearly(node.validation.metrics));
    expect(result.test!.accuracy).toBeGreaterThan(0.7);
    expect(await page.textContent('#status')).toContain(`Test accuracy ${node.test!.accuracy.toFixed(3)}`);
    // Nothing is wider than the screen.
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

    const answer = async () => JSON.parse((await page.getAttribute('body', 'data-answer')) ?? 'null');
    const before = await answer();
    expect(Math.abs(before.probability - before.stream)).toBeLessThan(1e-5);
    await picture(page, name.replaceAll(' ', '-'));
    await page.fill('#noise', '0.4');
    await page.waitForFunction(`JSON.parse(document.body.dataset.answer).probability !== ${before.probability}`);
    const noisy = await answer();
    expect(Math.abs(noisy.probability - noisy.stream)).toBeLessThan(1e-5);
    const area = (await page.locator('#beat').boundingBox())!;
    await page.mouse.move(area.x + area.width / 2, area.y + area.height / 2);
    await page.mouse.down();
    await page.mouse.move(area.x + 0.6 * area.width, area.y + 5, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(`JSON.parse(document.body.dataset.answer).probability !== ${noisy.probability}`);
    await picture(page, `${name.replaceAll(' ', '-')}-drawn`);
    await page.click('#reset');
    await page.waitForFunction(`JSON.parse(document.body.dataset.answer).probability === ${before.probability}`);
  });

  it('trains on WebGPU as well as on the processor', async () => {
    // Chromium's own adapter in software, where the machine has no other.
    const args = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
    const other = await chromium.launch({ executablePath, args });
    const page = await other.newPage();
    await page.goto(await serve(true));
    await page.fill('#epochs', String(epochs));
    await page.selectOption('#engine', 'webgpu');
    await page.click('#train');
    await page.waitForFunction('document.body.dataset.answer ?? document.body.dataset.failure', undefined, {
      timeout: 300_000,
    });
    expect(await page.getAttribute('body', 'data-failure')).toBeNull();
    const result: PageResult = JSON.parse((await page.getAttribute('body', 'data-result'))!);
    expect(await page.textContent('#note')).toContain('in software');
    expect(Math.abs(result.test!.accuracy - node.test!.accuracy)).toBeLessThanOrEqual(0.005);
    await other.close();
  }, 400_000);
});
