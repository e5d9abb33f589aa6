import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {messageFor} from '../../../src/execution/package-message.js';

describe('what a package has to say', () => {
  test('is for every occasion where it has no headings', () => {
    for (const occasion of ['install', 'upgrade'] as const) {
      assert.equal(messageFor(occasion, 'Set FOO.\n\nThen start it.\n'), 'Set FOO.\n\nThen start it.');
    }
  });

  test('is picked for its occasion, with what is always said', () => {
    const answer = [
      'On install:',
      'Welcome.',
      'On upgrade from <2.0:',
      'Convert your files.',
      'On remove:',
      'Goodbye.',
      'Always:',
      'Read the manual.',
      '',
    ].join('\n');
    assert.equal(messageFor('install', answer), 'Welcome.\nRead the manual.');
    assert.equal(messageFor('upgrade', answer), 'Convert your files.\nRead the manual.');
  });

  test('is nothing where it says nothing for the occasion', () => {
    assert.equal(messageFor('upgrade', 'On install:\nWelcome.\n'), '');
    assert.equal(messageFor('install', '\n'), '');
  });
});
