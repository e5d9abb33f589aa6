import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {
  originFileName,
  originParts,
  parseOrigin,
  portDirectory,
  withFlavor,
} from '../../../src/model/origin.js';
import {origin} from '../../rig/builders.js';

describe('an origin', () => {
  for (const text of [
    'www/nginx',
    'devel/py-setuptools@py39',
    'lang/perl5.32',
    'x11-toolkits/gtk30',
    'devel/ORBit2',
    'lang/g++',
    'audio/0verkill_2',
    'devel/dbus-c++@no_glib',
  ]) {
    test(`is what ${text} says`, () => {
      assert.equal(parseOrigin(text), text);
    });
  }

  for (const [what, text] of [
    ['nothing', ''],
    ['no slash', 'nginx'],
    ['three parts', 'www/nginx/files'],
    ['a category without a port', 'www/'],
    ['a port without a category', '/nginx'],
    ['a full path', '/usr/ports/www/nginx'],
    ['the folder above', '../etc'],
    ['the folder above as a port', 'www/..'],
    ['the folder above as a category', '../www'],
    ['a hidden port', 'www/.git'],
    ['an option as a category', '-rf/x'],
    ['an option as a port', 'www/-rf'],
    ['an option as a flavor', 'www/nginx@-x'],
    ['an empty flavor', 'www/nginx@'],
    ['two flavors', 'www/nginx@a@b'],
    ['a blank', 'www/ng inx'],
    ['a blank at the end', 'www/nginx '],
    ['a line break at the end', 'www/nginx\n'],
    ['a second line', 'www/nginx\nwww/apache24'],
    ['a command', 'www/nginx;reboot'],
    ['a command in its place', 'www/$(reboot)'],
    ['backquotes', 'www/`reboot`'],
    ['a variable', 'www/${NAME}'],
    ['a redirection', 'www/nginx>x'],
    ['a pipe', 'www/nginx|sh'],
    ['a glob', 'www/ngin*'],
    ['a quotation mark', "www/ng'inx"],
    ['a backslash', 'www\\nginx'],
    ['a colon', 'www/nginx:build'],
    ['a zero byte', 'www/nginx\0'],
    ['a letter of another alphabet', 'www/ngіnx'],
  ] as const) {
    test(`is not ${what}`, () => {
      assert.equal(parseOrigin(text), undefined);
    });
  }

  test('comes apart into category, name, directory and flavor', () => {
    assert.deepEqual(originParts(origin('devel/py-six@py39')), {
      category: 'devel',
      name: 'py-six',
      directory: 'devel/py-six',
      flavor: 'py39',
    });
    assert.deepEqual(originParts(origin('www/nginx')), {
      category: 'www',
      name: 'nginx',
      directory: 'www/nginx',
    });
  });

  test('changes its flavor, and loses it when the new one is empty or missing', () => {
    assert.equal(withFlavor(origin('devel/py-six'), 'py39'), 'devel/py-six@py39');
    assert.equal(withFlavor(origin('devel/py-six@py39'), 'py311'), 'devel/py-six@py311');
    assert.equal(withFlavor(origin('devel/py-six@py39'), ''), 'devel/py-six');
    assert.equal(withFlavor(origin('devel/py-six@py39'), undefined), 'devel/py-six');
    assert.equal(portDirectory(origin('devel/py-six@py39')), 'devel/py-six');
  });

  test('takes no flavor that could not stand in an origin', () => {
    assert.throws(() => withFlavor(origin('devel/py-six'), '../x'), /Internal error/);
  });

  test('names its log files without a slash, another name for each flavor', () => {
    assert.equal(originFileName(origin('devel/py-six@py39')), 'devel_py-six@py39');
    assert.notEqual(originFileName(origin('devel/py-six')), originFileName(origin('devel/py-six@py39')));
  });
});
