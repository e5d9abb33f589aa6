import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {listingJson, listingText} from '../../../src/logging/listing-text.js';
import type {ListedPackage} from '../../../src/model/listing.js';
import {colorPalette, escapeCharacter, origin} from './sample.js';

const usual = {version: '1.0', automatic: false, locked: false};

const packages: readonly ListedPackage[] = [
  {
    ...usual,
    name: 'zip',
    origin: origin('archivers/zip'),
    class: 'leaf',
    upgrade: {name: 'zip', version: '1.1', origin: origin('archivers/zip')},
  },
  {
    ...usual,
    name: 'gmake',
    origin: origin('devel/gmake'),
    class: 'trunk',
    automatic: true,
    locked: true,
    upgrade: {name: 'gmake', version: '1.2', origin: origin('devel/gmake')},
    problem: {kind: 'locked'},
  },
  {
    ...usual,
    name: 'bar',
    origin: origin('www/oldbar'),
    class: 'leaf',
    upgrade: {name: 'bar2', version: '2.0', origin: origin('www/bar')},
  },
  {...usual, name: 'Imath', origin: origin('math/Imath'), class: 'branch', automatic: true},
  {
    ...usual,
    name: 'old',
    origin: origin('misc/old'),
    class: 'branch',
    problem: {kind: 'removed', date: '2024-05-06', text: 'Gone'},
  },
  {
    ...usual,
    name: 'tail',
    origin: origin('misc/tail'),
    class: 'leaf',
    newerThanTree: '0.9',
    deprecated: {text: 'Nobody cares\nfor it', expires: '2026-12-31'},
  },
  {...usual, name: 'aged', origin: origin('misc/aged'), class: 'leaf', deprecated: {text: 'Too old'}},
];

const short = `
===>>> Root ports (No dependencies, not depended on)
===>>> 0 root ports

===>>> Trunk ports (No dependencies, are depended on)
===>>> gmake-1.0 (automatic, locked)
===>>> 1 trunk port

===>>> Branch ports (Have dependencies, are depended on)
===>>> Imath-1.0 (automatic)
===>>> old-1.0
===>>> 2 branch ports

===>>> Leaf ports (Have dependencies, not depended on)
===>>> aged-1.0
===>>> bar-1.0
===>>> tail-1.0
===>>> zip-1.0
===>>> 4 leaf ports

===>>> 7 total installed ports
	===>>> 0 root, 3 middle (1 trunk, 2 branch), 4 leaf
`;

const long = `
===>>> Root ports (No dependencies, not depended on)
===>>> 0 root ports

===>>> Trunk ports (No dependencies, are depended on)
===>>> gmake-1.0 (automatic, locked)
	===>>> New version available: gmake-1.2
	===>>> Cannot be upgraded: locked (pkg unlock gmake to let it be upgraded)
===>>> 1 trunk port

===>>> Branch ports (Have dependencies, are depended on)
===>>> Imath-1.0 (automatic)
===>>> old-1.0
	===>>> Cannot be upgraded: removed from the tree on 2024-05-06: Gone
===>>> 2 branch ports

===>>> Leaf ports (Have dependencies, not depended on)
===>>> aged-1.0
	===>>> Deprecated: Too old
===>>> bar-1.0
	===>>> New version available: bar2-2.0
	===>>> Moved from www/oldbar to www/bar
===>>> tail-1.0
	===>>> Newer than the ports tree, which has 0.9
	===>>> Deprecated: Nobody cares for it (expires on 2026-12-31)
===>>> zip-1.0
	===>>> New version available: zip-1.1
===>>> 4 leaf ports

===>>> 7 total installed ports
	===>>> 0 root, 3 middle (1 trunk, 2 branch), 4 leaf
	===>>> 3 have new versions available
	===>>> 2 cannot be upgraded
`;

describe('the listing', () => {
  test('without versions has one line for each port, by name', () => {
    assert.equal(`\n${listingText(packages, {withVersions: false})}`, short);
  });

  test('with versions has the news below each port', () => {
    assert.equal(`\n${listingText(packages, {withVersions: true})}`, long);
  });

  test('does not depend on the order of the packages', () => {
    assert.equal(`\n${listingText([...packages].reverse(), {withVersions: true})}`, long);
  });

  test('only gains colours', () => {
    const colored = listingText(packages, {withVersions: true, palette: colorPalette});
    assert.ok(colored.includes(escapeCharacter));
    assert.equal(`\n${colored.replaceAll(new RegExp(`${escapeCharacter}\\[\\d+m`, 'g'), '')}`, long);
  });

  test('ends in the words of one and of none', () => {
    const ending = (of: readonly ListedPackage[]): string[] =>
      listingText(of, {withVersions: true}).trimEnd().split('\n').slice(-4);
    assert.deepEqual(ending(packages.slice(0, 1)), [
      '===>>> 1 total installed port',
      '\t===>>> 0 root, 0 middle (0 trunk, 0 branch), 1 leaf',
      '\t===>>> 1 has a new version available',
      '\t===>>> 0 cannot be upgraded',
    ]);
    assert.deepEqual(ending([]), [
      '===>>> 0 total installed ports',
      '\t===>>> 0 root, 0 middle (0 trunk, 0 branch), 0 leaf',
      '\t===>>> There are no new versions available',
      '\t===>>> 0 cannot be upgraded',
    ]);
  });

  test('as JSON has the ports by name and the counts', () => {
    const counts = {total: 7, root: 0, trunk: 1, branch: 2, middle: 3, leaf: 4};
    const names = ['Imath', 'aged', 'bar', 'gmake', 'old', 'tail', 'zip'];
    const ports = names.map((name) => packages.find((item) => item.name === name));
    assert.deepEqual(JSON.parse(listingJson(packages, {withVersions: false})), {ports, counts});
    assert.deepEqual(JSON.parse(listingJson([...packages].reverse(), {withVersions: true})), {
      ports,
      counts: {...counts, newVersions: 3, cannotBeUpgraded: 2},
    });
  });
});
