import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {ListedPackage} from '../../../src/model/listing.js';
import {classifyPackages} from '../../../src/planning/classify.js';
import {listVersions} from '../../../src/planning/list-versions.js';
import {facts, installed, origin, port, type PackageBuilder} from '../../rig/builders.js';

function classesOf(...items: readonly PackageBuilder[]): string[] {
  return classifyPackages(items.map((item) => item.done())).map((entry) => `${entry.name} ${entry.class}`);
}

describe('the class of a package', () => {
  test('is told from what it needs and whether something needs it', () => {
    assert.deepEqual(
      classesOf(
        installed('alone', '1', 'a/alone'),
        installed('base', '1', 'a/base'),
        installed('middle', '1', 'a/middle').needs('base'),
        installed('top', '1', 'a/top').needs('middle', 'base'),
      ),
      ['alone root', 'base trunk', 'middle branch', 'top leaf'],
    );
  });

  test('counts a needed package that is not installed', () => {
    assert.deepEqual(classesOf(installed('top', '1', 'a/top').needs('gone')), ['top leaf']);
  });

  test('is listed in order of name, with the flags of the package', () => {
    const [first, second] = classifyPackages([
      installed('b', '1', 'a/b').locked().done(),
      installed('B', '2', 'a/B').automatic().done(),
    ]);
    assert.deepEqual([first?.name, first?.automatic, first?.locked], ['B', true, false]);
    assert.deepEqual([second?.name, second?.automatic, second?.locked], ['b', false, true]);
  });
});

describe('a listing with versions', () => {
  function listed(...args: Parameters<typeof facts>): ListedPackage {
    const world = facts(...args);
    const [entry] = listVersions(classifyPackages(world.packages), world);
    assert.ok(entry !== undefined);
    return entry;
  }

  test('tells what is newer in the tree', () => {
    const {upgrade, problem} = listed([port('www/foo').version('2'), installed('foo', '1', 'www/foo')]);
    assert.deepEqual(upgrade, {version: '2', name: 'foo', origin: 'www/foo'});
    assert.equal(problem, undefined);
  });

  test('tells where a port went', () => {
    const {upgrade} = listed([
      port('www/new').version('1'),
      installed('old', '1', 'www/old').follows('www/new'),
    ]);
    assert.deepEqual(upgrade, {version: '1', name: 'new', origin: 'www/new'});
  });

  test('says nothing of what is current', () => {
    const entry = listed([port('www/foo').version('1'), installed('foo', '1', 'www/foo')]);
    assert.deepEqual([entry.upgrade, entry.problem, entry.newerThanTree], [undefined, undefined, undefined]);
  });

  test('tells that the tree went back', () => {
    const entry = listed([port('www/foo').version('1'), installed('foo', '2', 'www/foo')]);
    assert.equal(entry.newerThanTree, '1');
    assert.equal(entry.upgrade, undefined);
  });

  test('tells why something cannot be upgraded', () => {
    const locked = listed([port('www/foo'), installed('foo', '1', 'www/foo').locked()]);
    assert.deepEqual(locked.problem, {kind: 'locked'});
    const broken = {ignore: 'is broken', broken: 'no compile'};
    assert.deepEqual(listed([port('www/foo').with(broken), installed('foo', '1', 'www/foo')]).problem, {
      kind: 'broken',
      text: 'no compile',
    });
  });

  test('tells that a port is gone, and that one will go', () => {
    const gone = listed([installed('foo', '1', 'www/foo')], {
      missing: [{origin: origin('www/foo'), why: {kind: 'removed', date: '2023-01-01', text: 'Dead'}}],
    });
    assert.deepEqual(gone.problem, {kind: 'removed', date: '2023-01-01', text: 'Dead'});
    const going = listed([
      port('www/foo').with({deprecated: 'Unmaintained', expires: '2024-01-31'}),
      installed('foo', '1', 'www/foo'),
    ]);
    assert.deepEqual(going.deprecated, {text: 'Unmaintained', expires: '2024-01-31'});
  });
});
