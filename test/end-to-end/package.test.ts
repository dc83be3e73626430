/** The packed package as a stranger gets it: installed in an empty project, where the README's program trains. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
let project = '';

describe('the packed package in an empty project', () => {
  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'noisy-rnn-package-'));
    const packed = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], {
      cwd: root,
    });
    const modules = join(project, 'node_modules');
    await mkdir(modules);
    await run('tar', ['-xzf', join(project, packed.stdout.trim()), '-C', project]);
    await cp(join(project, 'package'), join(modules, 'noisy-rnn'), { recursive: true });
    // Its dependencies as npm would install them, but without a network.
    for (const name of await readdir(join(root, 'node_modules')))
      if (!name.startsWith('.') && name !== 'noisy-rnn')
        await symlink(join(root, 'node_modules', name), join(modules, name));
    await writeFile(join(project, 'package.json'), '{"type":"module"}');
  }, 120_000);
  afterAll(() => rm(project, { recursive: true, force: true }));

  it("trains the README's own cell", async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const program = /```js\n([\s\S]*?)```/.exec(readme)?.[1];
    expect(program).toBe(await readFile(join(root, 'examples/own-cell.mjs'), 'utf8'));
    await writeFile(join(project, 'own-cell.mjs'), program ?? '');
    const { stdout } = await run('node', ['own-cell.mjs'], { cwd: project });
    const accuracy = /^accuracy on 1000 test beats: (0\.\d+)$/m.exec(stdout)?.[1];
    expect(Number(accuracy)).toBeGreaterThan(0.7);
  });

  it('holds no sources, tests or data', async () => {
    const names = await readdir(join(project, 'package'));
    expect(names.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json']);
    const dist = await readdir(join(project, 'package/dist'), { recursive: true });
    expect(dist.filter((name) => name.includes('.test.'))).toEqual([]);
  });

  it.each(['gradient.mjs'])('runs examples/%s', async (name) => {
    await cp(join(root, 'examples', name), join(project, name));
    const { stdout, stderr } = await run('node', [name], { cwd: project });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^loss 0\.\d+ on the antithetic path/);
  });
});
