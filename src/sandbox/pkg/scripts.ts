import {spawnSync} from 'node:child_process';
import type {Manifest} from './manifest.js';
import {label, type Session} from './session.js';

/**
 * Runs one of a package's shell scripts as pkg(8) does: `$1` is `name-version`, PKG_PREFIX and PKG_NAME are set, and
 * PKG_UPGRADE when another version is being replaced. True when there is none or it succeeded; a failure is told.
 */
export function runScript({output}: Session, manifest: Manifest, name: string, upgrade = false): boolean {
  const script = Object.hasOwn(manifest.scripts, name) ? (manifest.scripts[name] ?? '') : '';
  if (script === '') return true;
  output.flush();
  const {status} = spawnSync('/bin/sh', ['-c', script, '/bin/sh', label(manifest)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      PKG_NAME: manifest.name,
      PKG_PREFIX: manifest.prefix,
      PKG_ROOTDIR: '/',
      ...(upgrade ? {PKG_UPGRADE: 'true'} : {}),
    },
  });
  if (status === 0) return true;
  output.warn(`${name.toUpperCase()} script failed`);
  return false;
}

/** A package's texts for an occasion (`install`, `upgrade`, `remove`), in pkg(8)'s frame; empty when it has none. */
export function messageFor(manifest: Manifest, occasion: 'install' | 'upgrade' | 'remove'): string {
  const always = occasion !== 'remove';
  const texts = manifest.messages
    .filter(({type}) => type === occasion || (always && type === undefined))
    .map(({message}) => message);
  if (texts.length === 0) return '';
  if (occasion === 'remove') return `Message from ${label(manifest)}:\n${texts.join('\n')}\n`;
  return `=====\nMessage from ${label(manifest)}:\n\n${texts.map((text) => `--\n${text}\n`).join('')}`;
}
