import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, posix} from 'node:path';
import {describe, test} from 'node:test';
import {repositoryPath} from './repository.js';

/** Who may import whom below src/ (section 1 of the design): folders, or single files. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  cli: [
    'cli',
    'config',
    'control',
    'execution',
    'analysis',
    'planning',
    'scheduling',
    'logging',
    'state',
    'system',
    'sandbox',
    'util',
    'model',
  ],
  config: ['config', 'model', 'system', 'util'],
  control: ['control', 'execution/run-controller.ts', 'system', 'model', 'util'],
  execution: ['execution', 'scheduling', 'system', 'logging/logger.ts', 'state', 'model', 'util'],
  scheduling: ['scheduling', 'model', 'util'],
  analysis: ['analysis', 'system', 'model', 'util'],
  planning: ['planning', 'model', 'util'],
  logging: ['logging', 'model', 'util'],
  state: ['state', 'system', 'model', 'util'],
  system: ['system', 'model', 'util'],
  sandbox: ['sandbox', 'model', 'system', 'util'],
  util: ['util', 'model'],
  model: ['model'],
};

/** The one file that each of these packages is used through. */
const onlyImporter: Readonly<Record<string, string>> = {
  '@dagrejs/graphlib': 'planning/dependency-graph.ts',
  execa: 'system/execa-runner.ts',
  'p-queue': 'execution/executor.ts',
  chalk: 'logging/palette.ts',
  commander: 'cli/program.ts',
};

interface SourceFile {
  /** Below src/, with slashes. */
  readonly path: string;
  readonly text: string;
  /** Files below src/ that it imports. */
  readonly imports: readonly string[];
  readonly packages: readonly string[];
}

function readSources(): SourceFile[] {
  const root = repositoryPath('src');
  return readdirSync(root, {recursive: true, encoding: 'utf8'})
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const named = [...text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'([^']+)'/g)].map(
        ([, name = '']) => name,
      );
      const relative = named.filter((name) => name.startsWith('.'));
      return {
        path,
        text,
        imports: relative.map((name) => posix.join(dirname(path), name).replace(/\.js$/, '.ts')),
        packages: named.filter((name) => !name.startsWith('.')),
      };
    });
}

const sources = readSources();
const folderOf = (path: string): string => path.split('/')[0] ?? '';

/** The text without comments, so that they may speak of anything. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

describe('the sources', () => {
  test('are found, each in a folder that the design knows', () => {
    assert.ok(sources.length > 50);
    for (const {path} of sources) assert.ok(Object.hasOwn(mayImport, folderOf(path)), path);
  });

  test('import files that are there', () => {
    const known = new Set(sources.map(({path}) => path));
    for (const {path, imports} of sources) {
      for (const on of imports) {
        if (on.startsWith('..')) continue;
        assert.ok(known.has(on), `${path} imports ${on}`);
      }
    }
  });

  for (const [folder, allowed] of Object.entries(mayImport)) {
    test(`of ${folder}/ import from ${allowed.join(', ')} and nowhere else`, () => {
      const wrong = sources
        .filter(({path}) => folderOf(path) === folder)
        .flatMap(({path, imports}) => imports.map((on) => ({path, on})))
        .filter(({on}) => !allowed.includes(folderOf(on)) && !allowed.includes(on));
      assert.deepEqual(wrong, []);
    });
  }

  test('do not import each other in circles', () => {
    const imports = new Map(sources.map(({path, imports: on}) => [path, on]));
    const done = new Set<string>();
    const visit = (path: string, way: readonly string[]): void => {
      if (done.has(path)) return;
      assert.ok(!way.includes(path), [...way.slice(way.indexOf(path)), path].join(' → '));
      for (const on of imports.get(path) ?? []) visit(on, [...way, path]);
      done.add(path);
    };
    for (const {path} of sources) visit(path, []);
  });

  for (const [name, importer] of Object.entries(onlyImporter)) {
    test(`use ${name} in ${importer} alone`, () => {
      const importers = sources.filter(({packages}) => packages.includes(name)).map(({path}) => path);
      assert.deepEqual(importers, [importer]);
    });
  }

  test('of model/ use no package, and nothing of Node', () => {
    for (const {path, packages} of sources.filter((file) => folderOf(file.path) === 'model')) {
      assert.deepEqual(packages, [], path);
    }
  });

  test('of planning/ are pure: no clock, no chance, no files, no processes', () => {
    for (const {path, packages, text} of sources.filter((file) => folderOf(file.path) === 'planning')) {
      assert.deepEqual(
        packages.filter((name) => name.startsWith('node:')),
        [],
        path,
      );
      assert.doesNotMatch(
        code(text),
        /\b(Date|Math\.random|process|fetch|setTimeout|localeCompare)\b\s*[.(]/,
        path,
      );
    }
  });

  test('print only in cli/, logging/ and sandbox/, and nowhere with console', () => {
    for (const {path, text} of sources) {
      assert.doesNotMatch(code(text), /\bconsole\s*\./, path);
      if (['cli', 'logging', 'sandbox'].includes(folderOf(path))) continue;
      assert.doesNotMatch(code(text), /\bprocess\s*\.\s*std(out|err)\b/, path);
    }
  });

  test('set the exit code only in bin/, and end the process nowhere else than in sandbox/', () => {
    for (const {path, text} of sources) {
      if (folderOf(path) === 'sandbox') continue;
      assert.doesNotMatch(code(text), /\bprocess\s*\.\s*(exit\s*\(|exitCode\b)/, path);
    }
  });

  test('have no default exports', () => {
    for (const {path, text} of sources) assert.doesNotMatch(code(text), /^export default\b/m, path);
  });
});
