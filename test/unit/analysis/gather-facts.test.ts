import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';
import {gatherFacts} from '../../../src/analysis/gather-facts.js';
import {installed} from '../../rig/builders.js';
import {FakeTree} from './fake-tree.js';

const origins = (items: readonly {readonly origin: string}[]): string[] =>
  items.map(({origin}) => origin).sort();

describe('the ports of installed packages', () => {
  test('are read, and those that stay as they are no deeper than that', async (context) => {
    const tree = new FakeTree(context)
      .port('www/foo', {PKGVERSION: '1', RUN_DEPENDS: 'lib>0:devel/lib'})
      .port('devel/lib');
    const facts = await tree.gather([installed('foo', '1', 'www/foo')]);
    assert.deepEqual(origins(facts.ports), ['www/foo']);
    assert.deepEqual(facts.ports[0]?.dependencies, []);
    assert.deepEqual(facts.follows, {foo: 'www/foo'});
    assert.equal(facts.packagesDirectory, '/packages');
  });

  test('are asked about once each, however many need them', async (context) => {
    const tree = new FakeTree(context)
      .port('www/a', {BUILD_DEPENDS: 'lib>0:devel/lib'})
      .port('www/b', {BUILD_DEPENDS: 'lib>0:devel/lib'})
      .port('devel/lib');
    const packages = [
      installed('a', '1', 'www/a'),
      installed('b', '1', 'www/b'),
      installed('lib', '2', 'devel/lib'),
    ];
    await tree.gather(packages);
    const questions = tree.runner.calls.filter((call) => call.startsWith('make '));
    assert.equal(questions.filter((call) => call.includes('PKGBASE')).length, 3);
    assert.equal(questions.length, 4, 'and one for what all ports share');
  });

  test('get their default flavor, though none was recorded', async (context) => {
    const tree = new FakeTree(context).port('devel/py-six', (flavor = 'py39') => ({
      FLAVORS: 'py39 py311',
      FLAVOR: flavor,
      PKGBASE: `${flavor}-six`,
    }));
    const facts = await tree.gather([installed('py39-six', '2', 'devel/py-six')]);
    assert.deepEqual(facts.follows, {'py39-six': 'devel/py-six@py39'});
    assert.deepEqual(origins(facts.ports), ['devel/py-six@py39']);
  });

  test('get the flavor that makes a package of their name, where none was recorded', async (context) => {
    const tree = new FakeTree(context).port('devel/py-six', (flavor = 'py39') => ({
      FLAVORS: 'py39 py311',
      FLAVOR: flavor,
      PKGBASE: `${flavor}-six`,
    }));
    const facts = await tree.gather([installed('py311-six', '1', 'devel/py-six')]);
    assert.deepEqual(facts.follows, {'py311-six': 'devel/py-six@py311'});
  });

  test('are followed through MOVED', async (context) => {
    const tree = new FakeTree(context).port('www/new').moved('www/old|www/new|2023-01-01|Renamed');
    const facts = await tree.gather([installed('old', '1', 'www/old')]);
    assert.deepEqual(facts.follows, {old: 'www/new'});
    assert.deepEqual(facts.moves, [{from: 'www/old', to: 'www/new', date: '2023-01-01', text: 'Renamed'}]);
    assert.deepEqual(facts.missing, []);
  });

  test('that were removed are missing, with date and reason', async (context) => {
    const tree = new FakeTree(context).moved('www/gone||2023-01-01|Abandoned');
    const facts = await tree.gather([installed('gone', '1', 'www/gone')]);
    assert.deepEqual(facts.ports, []);
    assert.deepEqual(
      facts.missing.map(({origin, why}) => ({origin, kind: why.kind})),
      [{origin: 'www/gone', kind: 'removed'}],
    );
  });

  test('that nobody has heard of are missing', async (context) => {
    const facts = await new FakeTree(context).gather([installed('mine', '1', 'local/mine')]);
    assert.deepEqual(facts.missing, [{origin: 'local/mine', why: {kind: 'not-in-tree'}}]);
  });

  test('whose flavor is gone are missing, with the flavors that are left', async (context) => {
    const tree = new FakeTree(context).port('devel/py-six', {FLAVORS: 'py311', FLAVOR: 'py311'});
    const facts = await tree.gather([installed('py27-six', '1', 'devel/py-six@py27')]);
    assert.deepEqual(facts.missing, [
      {origin: 'devel/py-six@py27', why: {kind: 'no-such-flavor', flavors: ['py311']}},
    ]);
  });

  test('whose flavor went to another port of its own follow it there', async (context) => {
    const tree = new FakeTree(context)
      .port('graphics/gmic', {FLAVORS: 'qt', FLAVOR: 'qt'})
      .port('graphics/krita-gmic')
      .moved('graphics/gmic@krita|graphics/krita-gmic|2023-07-14|Forked');
    const facts = await tree.gather([installed('gmic-krita', '1', 'graphics/gmic@krita')]);
    assert.deepEqual(facts.follows, {'gmic-krita': 'graphics/krita-gmic'});
  });

  test('whose port has lost its flavors follow the port', async (context) => {
    const tree = new FakeTree(context).port('devel/geany');
    const facts = await tree.gather([installed('geany', '1', 'devel/geany@gtk2')]);
    assert.deepEqual(facts.follows, {geany: 'devel/geany'});
  });

  test('that make cannot read are missing, with the line that tells why', async (context) => {
    const stderr = 'make: "/ports/www/foo/Makefile" line 7: Malformed conditional\nmake: stopped';
    const tree = new FakeTree(context).port('www/foo', () => ({status: 1, stderr}));
    const facts = await tree.gather([installed('foo', '1', 'www/foo')]);
    assert.deepEqual(facts.missing[0]?.why, {
      kind: 'unreadable',
      text: 'make: "/ports/www/foo/Makefile" line 7: Malformed conditional',
    });
  });

  test('that have no name and version are missing', async (context) => {
    const tree = new FakeTree(context).port('www/foo', {PKGBASE: '', PKGVERSION: ''});
    const facts = await tree.gather([installed('foo', '1', 'www/foo')]);
    assert.equal(facts.missing[0]?.why.kind, 'unreadable');
  });
});

describe('what a port needs', () => {
  const oldFoo = installed('foo', '1', 'www/foo');

  test('is read of ports that will be built, as deep as nothing meets it', async (context) => {
    const tree = new FakeTree(context)
      .port('www/foo', {BUILD_DEPENDS: 'tool>0:devel/tool'})
      .port('devel/tool', {LIB_DEPENDS: 'libx.so:devel/x', RUN_DEPENDS: 'y:devel/y'})
      .port('devel/x')
      .port('devel/y');
    const facts = await tree.gather([oldFoo]);
    assert.deepEqual(origins(facts.ports), ['devel/tool', 'devel/x', 'devel/y', 'www/foo']);
    assert.deepEqual(facts.providers, {
      'tool>0 from devel/tool': null,
      'library libx.so from devel/x': null,
      'y from devel/y': null,
    });
  });

  test('has no provider where the installed port itself meets it', async (context) => {
    const tree = new FakeTree(context).port('www/foo', {BUILD_DEPENDS: 'lib>0:devel/lib'}).port('devel/lib');
    const facts = await tree.gather([oldFoo, installed('lib', '2', 'devel/lib')]);
    assert.deepEqual(facts.providers, {});
  });

  test('is met by nothing where the installed port is of too low a version', async (context) => {
    const tree = new FakeTree(context).port('www/foo', {BUILD_DEPENDS: 'lib>=2:devel/lib'}).port('devel/lib');
    const facts = await tree.gather([oldFoo, installed('lib', '1', 'devel/lib')]);
    assert.deepEqual(facts.providers, {'lib>=2 from devel/lib': null});
  });

  test('is met by the package of another port, which is told by its name', async (context) => {
    const tree = new FakeTree(context)
      .port('www/foo', {BUILD_DEPENDS: 'gmake:devel/gmake'})
      .port('devel/gmake')
      .program('gmake', 'gmake-lite-1.0');
    const facts = await tree.gather([oldFoo, installed('gmake-lite', '1.0', 'devel/gmake-lite')]);
    assert.deepEqual(facts.providers, {'gmake from devel/gmake': 'gmake-lite'});
    assert.ok(!origins(facts.ports).includes('devel/gmake'), 'a port that is not needed was read');
  });

  test('is met by the base system where no package owns the file', async (context) => {
    const tree = new FakeTree(context)
      .port('www/foo', {BUILD_DEPENDS: '/bin/sh:shells/sh gmake:devel/gmake'})
      .port('shells/sh')
      .port('devel/gmake')
      .program('gmake');
    const facts = await tree.gather([oldFoo]);
    assert.deepEqual(facts.providers, {'/bin/sh from shells/sh': '', 'gmake from devel/gmake': ''});
  });

  test('only as sources is no port to be installed, and its target is kept', async (context) => {
    const tree = new FakeTree(context)
      .port('www/foo', {BUILD_DEPENDS: '/nonexistent:lang/ruby:patch'})
      .port('lang/ruby', {BUILD_DEPENDS: 'tool>0:devel/tool'})
      .port('devel/tool');
    const facts = await tree.gather([oldFoo]);
    assert.deepEqual(facts.ports.find(({name}) => name === 'foo')?.dependencies, [
      {kind: 'build', pattern: '/nonexistent', origin: 'lang/ruby', target: 'patch'},
    ]);
    assert.ok(!origins(facts.ports).includes('devel/tool'));
  });

  test('may be named by its full path, by an old name, and without its flavor', async (context) => {
    const tree = new FakeTree(context)
      .port('devel/tool')
      .port('devel/new')
      .port('devel/py-six', (flavor = 'py39') => ({
        FLAVORS: 'py39',
        FLAVOR: flavor,
        PKGBASE: `${flavor}-six`,
      }))
      .moved('devel/old|devel/new|2023-01-01|Renamed');
    tree.port('www/foo', {
      BUILD_DEPENDS: `tool:${tree.world.portsDirectory}/devel/tool old:devel/old six>0:devel/py-six`,
    });
    const facts = await tree.gather([oldFoo]);
    assert.deepEqual(
      facts.ports
        .find(({name}) => name === 'foo')
        ?.dependencies.map(({origin}) => origin)
        .sort(),
      ['devel/new', 'devel/py-six@py39', 'devel/tool'],
    );
  });

  test('may go round in circles: each port is read once, and the reading ends', async (context) => {
    const tree = new FakeTree(context)
      .port('www/foo', {BUILD_DEPENDS: 'bar>0:www/bar foo>0:www/foo'})
      .port('www/bar', {RUN_DEPENDS: 'foo>9:www/foo'});
    const facts = await tree.gather([oldFoo]);
    assert.deepEqual(origins(facts.ports), ['www/bar', 'www/foo']);
  });

  test('makes a port ignored where it cannot be read', async (context) => {
    const tree = new FakeTree(context).port('www/foo', {
      RUN_DEPENDS: 'nonsense x:../../etc y:/etc/passwd z:-rf/x ok:www/ok',
    });
    const facts = await tree.gather([oldFoo]);
    const ignore = facts.ports.find(({name}) => name === 'foo')?.ignore ?? '';
    for (const word of ['nonsense', 'x:../../etc', 'y:/etc/passwd', 'z:-rf/x']) {
      assert.ok(ignore.includes(word), `${word} is not in: ${ignore}`);
    }
  });

  test('and is not in the tree is missing', async (context) => {
    const tree = new FakeTree(context).port('www/foo', {BUILD_DEPENDS: 'gone>0:devel/gone'});
    const facts = await tree.gather([oldFoo]);
    assert.deepEqual(facts.missing, [{origin: 'devel/gone', why: {kind: 'not-in-tree'}}]);
  });
});

describe('ports asked for by name', () => {
  test('are read whether installed or not, and told as what they are today', async (context) => {
    const tree = new FakeTree(context)
      .port('www/foo')
      .port('www/new')
      .moved('www/old|www/new|2023-01-01|Renamed');
    const facts = await tree.gather([], {asked: ['www/foo', 'www/old', 'www/none']});
    assert.deepEqual(facts.asked, {'www/foo': 'www/foo', 'www/old': 'www/new'});
    assert.deepEqual(origins(facts.missing), ['www/none']);
  });

  test('have their installed package follow them', async (context) => {
    const tree = new FakeTree(context).port('www/foo').port('www/other');
    const packages = [installed('foo', '1', 'www/foo'), installed('other', '1', 'www/other')];
    const facts = await tree.gather(packages, {asked: ['www/foo']});
    assert.deepEqual(facts.follows, {foo: 'www/foo'});
    assert.deepEqual(origins(facts.ports), ['www/foo']);
  });
});

describe('reading the tree', () => {
  test('tells how far it is, and never more read than known', async (context) => {
    const tree = new FakeTree(context).port('www/a').port('www/b');
    const seen: [number, number][] = [];
    await tree.gather([installed('a', '2', 'www/a'), installed('b', '2', 'www/b')], {
      onProgress: (read, known) => seen.push([read, known]),
    });
    assert.deepEqual(
      seen.map(([read]) => read),
      [1, 2],
    );
    assert.ok(seen.every(([read, known]) => read <= known));
  });

  test('fails in one word where there is no make', async (context) => {
    const tree = new FakeTree(context).port('www/foo');
    tree.runner.on('make', {outcome: {kind: 'not-started', code: 'ENOENT'}});
    const facts = await gatherFacts({
      runner: tree.runner,
      world: tree.world,
      packages: [installed('foo', '1', 'www/foo').done(), installed('bar', '1', 'www/foo').done()],
      all: true,
      origins: [],
      willBuild: () => true,
    });
    assert.ok(!facts.ok);
    assert.deepEqual(
      facts.failures.map((failure) => (failure.kind === 'tool-missing' ? failure.tool : failure.kind)),
      ['make'],
    );
  });

  test('fails where MOVED is there and cannot be read', async (context) => {
    const tree = new FakeTree(context).port('www/foo');
    mkdirSync(join(tree.world.portsDirectory, 'MOVED'));
    const facts = await gatherFacts({
      runner: tree.runner,
      world: tree.world,
      packages: [],
      all: true,
      origins: [],
      willBuild: () => true,
    });
    assert.ok(!facts.ok && facts.failures[0]?.kind === 'file-trouble');
  });

  test('gives a port another fingerprint when its files change, and the same when they do not', async (context) => {
    const tree = new FakeTree(context).port('www/foo');
    const read = async (): Promise<string | undefined> =>
      (await tree.gather([installed('foo', '1', 'www/foo')])).ports[0]?.fingerprint;
    const before = await read();
    assert.equal(await read(), before);
    const files = join(tree.world.portsDirectory, 'www/foo/files');
    mkdirSync(files);
    writeFileSync(join(files, 'patch-a'), 'a patch');
    assert.notEqual(await read(), before);
  });
});
