/** Every block of the two pages a newcomer follows, run in their order in an empty folder. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configurationJsonSchema } from '../../src/train/json-schema.js';
import { runCli, temporaryFolder } from './run-cli.js';

const run = promisify(execFile);
const repository = new URL('../../', import.meta.url);
const before = process.cwd();

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(new URL(`docs/${page}`, repository), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, content]) => ({
    language: language!,
    text: content!,
  }));
}

/** The words of a command as a shell would split them. */
const wordsOf = (line: string) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

describe.each(['in-your-program.md', 'runs.md'])('docs/%s', (page) => {
  const folder = temporaryFolder();
  let server: Server;
  let address = '';

  beforeAll(async () => {
    process.chdir(folder);
    // Stands for the server of the page's example.
    server = createServer(({ url }, response) => response.end(readFileSync(join(folder, url!))));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    process.chdir(before);
    server.close();
  });

  const runners: Readonly<Record<string, (text: string) => Promise<void>>> = {
    sh: async (text) => {
      for (const line of text.trim().split('\n')) {
        const [command, ...args] = wordsOf(line);
        expect(command).toBe('noisy-rnn');
        const { code, stdout, stderr } = await runCli(...args);
        expect(code, `${line}\n${stderr}`).toBe(0);
        expect(stdout, line).not.toBe('');
      }
    },
    js: async (text) => {
      const program = text
        .replaceAll("'noisy-rnn'", `'${new URL('dist/index.js', repository).href}'`)
        .replaceAll("'noisy-rnn/node'", `'${new URL('dist/node.js', repository).href}'`)
        .replaceAll('https://example.org', address);
      writeFileSync('program.mjs', program);
      const { stdout, stderr } = await run(process.execPath, ['program.mjs']);
      expect(stderr).toBe('');
      expect(stdout).not.toMatch(/undefined|NaN|false/);
      expect(stdout).not.toBe('');
    },
    yaml: async (text) => {
      expect(new Ajv2020({ strict: false }).compile(configurationJsonSchema())(parse(text))).toBe(true);
    },
  };

  it.each(blocksOf(page).map((block, index) => [index + 1, block] as const))(
    'block %i',
    async (_, { language, text }) => {
      const runner = runners[language];
      if (runner === undefined) throw new Error(`a block of ${language}: no way to run it`);
      await runner(text);
    },
  );
});
