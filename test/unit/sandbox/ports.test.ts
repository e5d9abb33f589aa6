import assert from 'node:assert/strict';
import {test} from 'node:test';
import {compareVersions} from '../../../src/model/version.js';
import {distributionFile, makefile, portFiles} from '../../../src/sandbox/port-files.js';
import {packageVersion, type Generation, type SandboxTree} from '../../../src/sandbox/port-model.js';
import {handMadeTree} from '../../../src/sandbox/ports.js';
import {randomTree} from '../../../src/sandbox/random-tree.js';

const trees: readonly (readonly [string, SandboxTree])[] = [
  ['hand-made', handMadeTree()],
  ['random', randomTree(150, 3)],
];

/** Checks that every dependency line names a port of the generation, and that none waits for itself. */
function checkDependencies({ports}: Generation): void {
  const byOrigin = new Map(ports.map((port) => [port.origin, port]));
  assert.equal(byOrigin.size, ports.length, 'origins are unique');
  const done = new Set<string>();
  const visit = (origin: string, path: readonly string[]): void => {
    assert.ok(!path.includes(origin), `cycle: ${[...path, origin].join(' → ')}`);
    if (done.has(origin)) return;
    const port = byOrigin.get(origin);
    assert.ok(port !== undefined, `${path.at(-1) ?? ''} needs ${origin}, which is not there`);
    for (const {line} of [
      ...port.dependencies,
      ...(port.flavors ?? []).flatMap((flavor) => flavor.dependencies),
    ]) {
      const [next = '', flavor] = (line.split(':')[1] ?? '').split('@');
      visit(next, [...path, origin]);
      if (flavor !== undefined)
        assert.ok(
          byOrigin.get(next)?.flavors?.some(({name}) => name === flavor),
          line,
        );
    }
    done.add(origin);
  };
  for (const {origin} of ports) visit(origin, []);
}

for (const [name, tree] of trees) {
  test(`the ${name} tree has no loose ends in either generation`, () => {
    checkDependencies(tree.old);
    checkDependencies(tree.new);
    const origins = new Set(tree.old.ports.map(({origin}) => origin));
    for (const origin of tree.wanted) assert.ok(origins.has(origin), origin);
  });

  test(`no port of the ${name} tree gets older, some stay, and sources differ where versions do`, () => {
    const old = new Map(tree.old.ports.map((port) => [port.origin, port]));
    let same = 0;
    let newer = 0;
    for (const port of tree.new.ports) {
      const before = old.get(port.origin);
      if (before === undefined) continue;
      const order = compareVersions(packageVersion(before), packageVersion(port));
      assert.ok(order <= 0, port.origin);
      if (order === 0) {
        same += 1;
        assert.equal(makefile(before), makefile(port), port.origin);
        assert.deepEqual(distributionFile(before), distributionFile(port), port.origin);
      } else newer += 1;
      if (before.version !== port.version) assert.notDeepEqual(before.sources, port.sources, port.origin);
      else assert.deepEqual(before.sources, port.sources, port.origin);
    }
    assert.ok(same > 0 && newer > same / 2, `${newer} newer, ${same} the same`);
  });
}

test('the hand-made tree has one of each oddity', () => {
  const {old, new: now} = handMadeTree();
  const texts = now.ports.map(makefile).join('\n');
  for (const kind of ['FETCH', 'EXTRACT', 'PATCH', 'BUILD', 'LIB', 'RUN']) {
    assert.match(texts, new RegExp(`^${kind}_DEPENDS=`, 'm'));
  }
  for (const pattern of [
    /\$\{LOCALBASE\}\/[\w/.]+:/,
    /\blib\w+\.so\.\d+:/,
    /\blib\w+\.so:/,
    /\b\w+>=\d+:/,
    /:misc\/greet@fancy/,
  ]) {
    assert.match(texts, pattern);
  }
  assert.match(texts, /^FLAVORS=\tplain fancy$/m);
  assert.match(texts, /^IGNORE=/m);
  assert.match(texts, /^DEPRECATED=/m);
  assert.match(texts, /^PORTEPOCH=/m);
  assert.match(texts, /^PORTREVISION=/m);
  assert.match(texts, /^DIST_SUBDIR=/m);
  assert.ok(now.ports.some(({message}) => message !== undefined));
  const origins = new Set(now.ports.map(({origin}) => origin));
  const moved = now.moved.map((line) => line.split('|'));
  assert.deepEqual(
    moved.map((fields) => fields.length),
    [4, 4],
  );
  for (const [from = '', to = '', date = ''] of moved) {
    assert.ok(old.ports.some(({origin}) => origin === from) && !origins.has(from));
    assert.ok(to === '' || origins.has(to));
    assert.match(date, /^\d{4}-\d\d-\d\d$/);
  }
});

test('the same seed gives the same random tree, another seed another one', () => {
  assert.deepEqual(randomTree(60, 11), randomTree(60, 11));
  assert.notDeepEqual(randomTree(60, 11), randomTree(60, 12));
});

test('a few ports of a random tree have very many dependents', () => {
  const {ports} = randomTree(400, 2).new;
  const counts = new Map<string, number>();
  for (const {dependencies} of ports) {
    for (const {line} of dependencies) {
      const origin = line.split(':')[1] ?? '';
      counts.set(origin, (counts.get(origin) ?? 0) + 1);
    }
  }
  const sorted = [...counts.values()].sort((a, b) => b - a);
  const top = sorted.slice(0, 10).reduce((sum, count) => sum + count, 0);
  assert.ok(top > 0.25 * sorted.reduce((sum, count) => sum + count, 0), `${top}`);
});

test('a Makefile has the lines of its port', () => {
  const port = {
    origin: 'devel/sample',
    name: 'sample',
    version: '1.0',
    revision: 2,
    epoch: 1,
    comment: 'A sample',
    dependencies: [
      {kind: 'lib', line: 'libx.so:devel/x'},
      {kind: 'lib', line: 'liby.so:devel/y'},
      {kind: 'run', line: 'LOCALBASE/share/z:misc/z'},
    ],
    message: 'Hello',
    sources: {Makefile: 'install:\n'},
  } as const;
  assert.equal(
    makefile(port),
    [
      'PORTNAME=\tsample',
      'PORTVERSION=\t1.0',
      'PORTREVISION=\t2',
      'PORTEPOCH=\t1',
      'CATEGORIES=\tdevel',
      '',
      'MAINTAINER=\tports@example.org',
      'COMMENT=\tA sample',
      'WWW=\t\thttps://example.org/sample/',
      '',
      'LIB_DEPENDS=\tlibx.so:devel/x \\',
      '\t\tliby.so:devel/y',
      'RUN_DEPENDS=\t${LOCALBASE}/share/z:misc/z',
      'NO_BUILD=\tyes',
      '',
      '.include "../../Mk/bsd.port.mk"',
      '',
    ].join('\n'),
  );
  assert.equal(packageVersion(port), '1.0_2,1');
  const distribution = distributionFile(port);
  const files = portFiles(port, distribution);
  assert.deepEqual(Object.keys(files), ['Makefile', 'distinfo', 'pkg-descr', 'pkg-message']);
  assert.match(
    files['distinfo'] ?? '',
    new RegExp(
      `^SHA256 \\(sample-1\\.0\\.tar\\.gz\\) = [0-9a-f]{64}\nSIZE \\(sample-1\\.0\\.tar\\.gz\\) = ${distribution.content.length}$`,
      'm',
    ),
  );
});
