// Imports a TypeScript module and what it imports from this project, without a build: each file is stripped of its types into
// a folder below node_modules/.cache. For modules that import nothing but files of this project.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '..');
const cache = join(root, 'node_modules', '.cache', 'noisy-rnn-scripts');
const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };

function strip(file, done) {
  const target = join(cache, relative(root, file)).replace(/\.ts$/, '.js');
  if (done.has(file)) return target;
  done.add(file);
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions: options });
  for (const [, imported] of outputText.matchAll(/from '(\.[^']*)\.js'/g)) {
    const source = resolve(dirname(file), `${imported}.ts`);
    if (!existsSync(source))
      throw new Error(`${file} imports ${imported}, which is no TypeScript file of this project`);
    strip(source, done);
  }
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, outputText);
  return target;
}

/** @param path relative to the project's folder. */
export async function loadTypescript(path) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{"type":"module"}\n');
  return import(pathToFileURL(strip(join(root, path), new Set())).href);
}
