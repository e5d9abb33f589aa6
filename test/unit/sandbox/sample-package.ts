import type {Installed} from '../../../src/sandbox/pkg/manifest.js';

/** A package of the database with nothing in it but what is given. */
export function installedPackage(parts: Partial<Installed> & {readonly name: string}): Installed {
  return {
    version: '1',
    origin: `misc/${parts.name}`,
    comment: '',
    maintainer: '',
    www: '',
    abi: '*',
    arch: '*',
    prefix: '/prefix',
    flatsize: 0,
    desc: '',
    licenses: [],
    deps: {},
    categories: ['misc'],
    shlibs_required: [],
    shlibs_provided: [],
    annotations: {},
    options: {},
    files: {},
    directories: {},
    scripts: {},
    messages: [],
    automatic: false,
    locked: false,
    vital: false,
    time: 0,
    ...parts,
  };
}
