import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {describe, test} from 'node:test';
import {parseCommandLine} from '../../src/cli/program.js';
import {exitStatus, statusOfSignal} from '../../src/cli/exit-status.js';
import {parseConfigFile} from '../../src/config/config-file.js';
import {configKeys, portKeys} from '../../src/config/config-keys.js';
import {repositoryPath} from './repository.js';

const readme = readFileSync(repositoryPath('README.md'), 'utf8');
/** The manual page with `Fl -long` and `\-` read as `--long` and `-`. */
const manual = readFileSync(repositoryPath('man/portpar.8'), 'utf8')
  .replaceAll('\\-', '-')
  .replace(/\bFl (-?)/g, (_text, dash: string) => `-${dash}`);
const sample = readFileSync(repositoryPath('portpar.toml.sample'), 'utf8');
const source = readFileSync(repositoryPath('src/cli/program.ts'), 'utf8');

/** The help of a command, as it is printed. */
function helpOf(...command: string[]): string {
  const parsed = parseCommandLine([...command, '--help'], '0');
  assert.ok(parsed.ok && parsed.value.kind === 'text');
  return parsed.value.text;
}

/** All long options: those that the help shows, and those that only the source knows (hidden ones). */
function longOptions(): string[] {
  const commands = [
    [],
    ['sandbox', 'init'],
    ['status'],
    ['ctl', 'workers'],
    ['ctl', 'push'],
    ['ctl', 'pause'],
  ];
  const shown = commands
    .map((command) => helpOf(...command))
    .flatMap((help) => [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z][a-z-]*)/gm)]);
  const declared = [...source.matchAll(/(?:[oO]ption|version)\([^\n]*?'(?:-\w, )?(--[a-z][a-z-]*)/g)];
  return [...new Set([...shown, ...declared].map(([, option = '']) => option))].sort();
}

/** The sample with all its settings in force. */
function uncommented(text: string): string {
  return text.replace(/^#(?=\[?\w+(?:\]| = |\."))/gm, '');
}

/** True when the text has the word, and not only as a part of a longer one. */
function mentions(text: string, word: string): boolean {
  const escaped = word.replace(/[-.]/g, '\\$&');
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`).test(text);
}

describe('the documentation', () => {
  test('knows every long option', () => {
    const options = longOptions();
    for (const known of ['--all', '--json', '--no-confirm', '--help', '--version', '--ports', '--seed']) {
      assert.ok(options.includes(known), `${known} is among the options found`);
    }
    assert.deepEqual(
      options.filter((option) => !mentions(readme, option)),
      [],
      'options that are not in README.md',
    );
    assert.deepEqual(
      options.filter((option) => !mentions(manual, option)),
      [],
      'options that are not in man/portpar.8',
    );
  });

  test('knows every key of the config file', () => {
    const keys = Object.keys(configKeys);
    assert.deepEqual(
      keys.filter((key) => !new RegExp(`^\\|\\s*\`${key}\`\\s*\\|`, 'm').test(readme)),
      [],
      'keys that are not in the table of README.md',
    );
    assert.deepEqual(
      keys.filter((key) => !manual.includes(`.It Cm ${key} No `)),
      [],
      'keys that are not in man/portpar.8',
    );
    assert.deepEqual(
      keys.filter((key) => !new RegExp(`^#\\[?${key}(?:\\]| = |\\.")`, 'm').test(sample)),
      [],
      'keys that are not in portpar.toml.sample',
    );
  });

  test('knows every key for single ports', () => {
    const keys = Object.keys(portKeys);
    assert.deepEqual(
      keys.filter((key) => !new RegExp(`^\\|\\s*\`${key}\`\\s*\\|`, 'm').test(readme)),
      [],
      'keys that are not in a table of README.md',
    );
    assert.deepEqual(
      keys.filter((key) => !manual.includes(`.It Cm ${key} No `)),
      [],
      'keys that are not in man/portpar.8',
    );
    const parsed = parseConfigFile('portpar.toml.sample', uncommented(sample));
    assert.ok(parsed.ok, JSON.stringify(parsed));
    const [rule] = parsed.value.portSettings ?? [];
    assert.deepEqual(
      Object.keys(rule?.settings ?? {}),
      Object.values(portKeys).map(({field}) => field),
      'the rule of the sample sets everything',
    );
  });

  test('has a sample that sets nothing as it is, and is right once its settings are uncommented', () => {
    const asIs = parseConfigFile('portpar.toml.sample', sample);
    assert.deepEqual(asIs, {ok: true, value: {}});
    const all = parseConfigFile('portpar.toml.sample', uncommented(sample));
    assert.ok(all.ok, JSON.stringify(all));
    assert.deepEqual(
      Object.keys(all.value).sort(),
      Object.values(configKeys)
        .map(({field}) => field)
        .sort(),
    );
  });

  test('knows every exit status', () => {
    const statuses = Object.values(exitStatus);
    assert.deepEqual(
      statuses.filter((status) => !new RegExp(`^\\|\\s*${status}\\s*\\|`, 'm').test(readme)),
      [],
      'statuses that are not in the table of README.md',
    );
    assert.deepEqual(
      statuses.filter((status) => !manual.includes(`\n.It ${status}\n`)),
      [],
      'statuses that are not in man/portpar.8',
    );
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE']) {
      const status = String(statusOfSignal(signal));
      assert.ok(mentions(readme, status), `${status} (${signal}) is in README.md`);
      assert.ok(mentions(manual, status), `${status} (${signal}) is in man/portpar.8`);
    }
  });
});
