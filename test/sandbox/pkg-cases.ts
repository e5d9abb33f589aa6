/**
 * What the sandbox's pkg and pkg(8) have in common, as sequences of calls. `@P` stands for the prefix, `@F` for the folder
 * with the package files of `contractPackages`.
 */
export type Step =
  | {
      readonly pkg: readonly string[];
      readonly out?: string;
      readonly status?: number;
      readonly environment?: Readonly<Record<string, string>>;
    }
  /** All files and links below the prefix, sorted. */
  | {readonly files: readonly string[]}
  | {readonly write: string; readonly text: string}
  | {readonly remove: string};

export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** A package to be made by the pkg under test. */
export interface ContractPackage {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly extra?: Readonly<Record<string, unknown>>;
}

const needs = (name: string, version: string): Readonly<Record<string, unknown>> => ({
  deps: {[name]: {origin: `misc/${name}`, version}},
});

export const contractPackages: readonly ContractPackage[] = [
  {name: 'alpha', version: '1.0', files: ['bin/alpha', 'share/alpha/a', 'share/alpha/b']},
  {name: 'alpha', version: '2.0', files: ['bin/alpha', 'share/alpha/a', 'share/alpha/c']},
  {name: 'beta', version: '1.0_1,2', files: ['share/beta/a'], extra: needs('alpha', '1.0')},
  {name: 'rival', version: '1', files: ['share/alpha/a']},
  {name: 'lonely', version: '1', files: ['share/lonely/a'], extra: needs('nowhere', '1')},
  {
    name: 'talker',
    version: '1',
    files: ['share/talker/a'],
    extra: {
      messages: [
        {message: 'first line\nsecond line', type: 'install'},
        {message: 'was older', type: 'upgrade'},
        {message: 'bye', type: 'remove'},
        {message: 'always'},
      ],
    },
  },
  {name: 'refuser', version: '1', files: ['share/refuser/a'], extra: {scripts: {'pre-install': 'exit 1'}}},
  {
    name: 'refuser',
    version: '2',
    files: ['share/refuser/a2'],
    extra: {scripts: {'pre-install': 'test -z "$PKG_UPGRADE"'}},
  },
  {name: 'clumsy', version: '1', files: ['share/clumsy/a'], extra: {scripts: {'post-install': 'exit 1'}}},
  {name: 'script', version: '1', files: ['share/script/a'], extra: {scripts: scripts(1)}},
  {name: 'script', version: '2', files: ['share/script/b'], extra: {scripts: scripts(2)}},
];

function scripts(version: number): Readonly<Record<string, string>> {
  return {
    'pre-install': `echo pre-install ${version} $1 $PKG_PREFIX upgrade=$PKG_UPGRADE`,
    'post-install': `echo post-install ${version}`,
    'pre-deinstall': `echo pre-deinstall ${version}`,
    'post-deinstall': `echo post-deinstall ${version}`,
  };
}

const install = (...files: readonly string[]): Step => ({
  pkg: ['install', '-q', '-y', '-U', ...files.map((file) => `@F/${file}.pkg`)],
  out: '',
});
const flags = (out: string): Step => ({pkg: ['query', '%n-%v %a%k%V', 'alpha'], out});
const installed = (out: string): Step => ({pkg: ['query', '-a', '%n-%v'], out});
const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

export const contractCases: readonly Case[] = [
  {
    name: 'there is nothing before the first package',
    steps: [
      {pkg: ['-N'], status: 1},
      {pkg: ['query', '-a', '%n'], out: ''},
      {pkg: ['query', '%n', 'alpha'], out: ''},
      {pkg: ['info', '-e', 'alpha'], status: 1},
      {pkg: ['info'], out: ''},
      {pkg: ['info', '-q', '-O', 'misc/alpha'], out: ''},
      {pkg: ['delete', '-y', 'alpha'], out: ''},
      {pkg: ['set', '-y', '-A', '1', 'alpha'], out: ''},
      {pkg: ['lock', '-y', 'alpha'], out: ''},
    ],
  },
  {
    name: 'query finds packages by name, name-version, origin, flavor and glob',
    steps: [
      install('alpha-1.0', 'beta-1.0_1,2'),
      {pkg: ['-N'], out: ''},
      {pkg: ['query', '%n-%v', 'alpha'], out: 'alpha-1.0\n'},
      {pkg: ['query', '%n-%v', 'alpha-1.0'], out: 'alpha-1.0\n'},
      {pkg: ['query', '%n-%v', 'alpha-2.0'], status: 1, out: ''},
      {pkg: ['query', '%n-%v', 'misc/alpha'], out: 'alpha-1.0\n'},
      {pkg: ['query', '%n-%v', 'misc/alpha@blue'], out: 'alpha-1.0\n'},
      {pkg: ['query', '%n-%v', 'misc/alpha@red'], status: 1, out: ''},
      {pkg: ['query', '%n-%v', 'ALPHA'], status: 1, out: ''},
      {pkg: ['query', '-i', '%n-%v', 'ALPHA'], out: 'alpha-1.0\n'},
      {pkg: ['query', '%n-%v', 'al*'], status: 1, out: ''},
      {pkg: ['query', '-g', '%n-%v', '*a*'], out: 'alpha-1.0\nbeta-1.0_1,2\n'},
      {pkg: ['query', '-g', '%n-%v', '[b-z]*'], out: 'beta-1.0_1,2\n'},
      {pkg: ['query', '-x', '%n-%v', '^be'], out: 'beta-1.0_1,2\n'},
      {pkg: ['query', '%n-%v', 'nope', 'alpha'], out: 'alpha-1.0\n'},
      {pkg: ['query', '%n-%v', 'nope'], status: 1, out: ''},
      {pkg: ['query', '%n'], out: 'alpha\nbeta\n'},
      {pkg: ['query', '-a', '%n', 'alpha'], status: 1, out: ''},
      {pkg: ['query'], status: 1, out: ''},
    ],
  },
  {
    name: 'query formats: values, lists, counts, escapes',
    steps: [
      install('alpha-1.0', 'beta-1.0_1,2'),
      {
        pkg: ['query', '%n|%v|%o|%p|%c|%a|%k|%V|%m|%w', 'alpha'],
        out: 'alpha|1.0|misc/alpha|@P|The alpha|0|0|0|me@example.org|https://example.org\n',
      },
      {pkg: ['query', '%n\\t%v\\\\%o\\q.', 'alpha'], out: 'alpha\t1.0\\misc/alpha.\n'},
      {pkg: ['query', '%n %dn %do %dv', 'alpha', 'beta'], out: 'alpha   \nbeta alpha misc/alpha 1.0\n'},
      {pkg: ['query', '%dn', 'alpha'], out: ''},
      {pkg: ['query', '%n %rn %ro %rv', 'alpha'], out: 'alpha beta misc/beta 1.0_1,2\n'},
      {pkg: ['query', '%At=%Av', 'alpha'], out: 'flavor=blue\ntool=x\n'},
      {
        pkg: ['query', '%Fp %Fm %Fu %Fg', 'alpha'],
        out: '@P/bin/alpha 755 root wheel\n@P/share/alpha/a 644 root wheel\n@P/share/alpha/b 644 root wheel\n',
      },
      {pkg: ['query', '%?d%?r%?A%?F%?b%?B', 'alpha', 'beta'], out: '011100\n101100\n'},
      {pkg: ['query', '%#d%#r%#A%#F', 'alpha', 'beta'], out: '0123\n1021\n'},
      {pkg: ['query', '%n %b', 'alpha'], out: 'alpha \n'},
      {pkg: ['query', '%C %n', 'alpha'], out: 'misc alpha\n'},
      {pkg: ['query', '%dn %rn', 'alpha'], status: 1, out: ''},
      {pkg: ['query', '%?d %rn', 'alpha'], status: 1, out: ''},
      {pkg: ['query', '%d', 'alpha'], status: 1, out: ''},
      {pkg: ['query', '%Z', 'alpha'], status: 1, out: ''},
      {pkg: ['query', '%%', 'alpha'], status: 1, out: ''},
      {pkg: ['query', 'plain', 'alpha'], status: 1, out: ''},
    ],
  },
  {
    name: 'query reads package files',
    steps: [
      {
        pkg: ['query', '-F', '@F/beta-1.0_1,2.pkg', '%n-%v %o %a%k %dn %dv'],
        out: 'beta-1.0_1,2 misc/beta 00 alpha 1.0\n',
      },
      {
        pkg: ['query', '-F', '@F/alpha-2.0.pkg', '%Fp'],
        out: '@P/bin/alpha\n@P/share/alpha/a\n@P/share/alpha/c\n',
      },
      {pkg: ['query', '-F', '@F/alpha-2.0.pkg', '%At=%Av'], out: 'flavor=blue\ntool=x\n'},
      {pkg: ['query', '-F', '@F/none.pkg', '%n'], status: 1, out: ''},
      {pkg: ['query', '-F', '@F/broken.pkg', '%n'], status: 1, out: ''},
      {pkg: ['info', '-q', '-o', '-F', '@F/alpha-2.0.pkg'], out: 'misc/alpha\n'},
    ],
  },
  {
    name: 'info answers whether something is installed',
    steps: [
      install('alpha-1.0', 'beta-1.0_1,2'),
      {pkg: ['info', '-e', 'alpha'], out: ''},
      {pkg: ['info', '-e', 'alpha-1.0'], out: ''},
      {pkg: ['info', '-e', 'misc/alpha'], out: ''},
      {pkg: ['info', '-e', 'alpha', 'nope'], status: 1, out: ''},
      {pkg: ['info', '-Eg', 'alpha>=1.0'], out: 'alpha-1.0\n'},
      {pkg: ['info', '-Eg', 'alpha>1.0'], status: 1, out: ''},
      {pkg: ['info', '-Eg', 'alpha<=1'], out: 'alpha-1.0\n'},
      {pkg: ['info', '-Eg', 'alpha<2'], out: 'alpha-1.0\n'},
      {pkg: ['info', '-Eg', 'alpha=1.0'], out: 'alpha-1.0\n'},
      {pkg: ['info', '-Eg', 'alpha>=0.5<2'], out: 'alpha-1.0\n'},
      {pkg: ['info', '-Eg', 'alpha>=0.5<0.9'], status: 1, out: ''},
      {pkg: ['info', '-Eg', 'beta<1,3'], out: 'beta-1.0_1,2\n'},
      {pkg: ['info', '-Eg', '*>=0'], out: 'alpha-1.0\nbeta-1.0_1,2\n'},
      {pkg: ['info', '-Eg', 'nope*'], status: 1, out: ''},
      {pkg: ['info', '-q', '-O', 'misc/beta'], out: 'beta-1.0_1,2\n'},
      {pkg: ['info', '-q', '-O', 'misc/nope'], out: ''},
      {pkg: ['info', '-q'], out: 'alpha-1.0\nbeta-1.0_1,2\n'},
      {
        pkg: ['info'],
        out: 'alpha-1.0                      The alpha\nbeta-1.0_1,2                   The beta\n',
      },
      {pkg: ['info', '-q', '-l', 'beta'], out: '@P/share/beta/a\n'},
      {pkg: ['info', '-d', 'beta'], out: 'beta-1.0_1,2:\n\talpha-1.0\n'},
      {pkg: ['info', '-q', '-r', 'alpha'], out: 'beta-1.0_1,2\n'},
      {pkg: ['info', '-o', 'alpha'], out: 'alpha-1.0                      misc/alpha\n'},
    ],
  },
  {
    name: 'which names the owner of a file',
    steps: [
      install('alpha-1.0', 'beta-1.0_1,2'),
      {pkg: ['which', '@P/bin/alpha'], out: '@P/bin/alpha was installed by package alpha-1.0\n'},
      {pkg: ['which', '-q', '@P/bin/../bin/alpha'], out: 'alpha-1.0\n'},
      {pkg: ['which', '-q', '-o', '@P/bin/alpha', '@P/share/beta/a'], out: 'misc/alpha\nmisc/beta\n'},
      {pkg: ['which', '-o', '@P/bin/alpha'], out: '@P/bin/alpha was installed by package misc/alpha\n'},
      {pkg: ['which', '@P/nope'], status: 1, out: '@P/nope was not found in the database\n'},
      {pkg: ['which', '-q', '@P/nope', '@P/bin/alpha'], out: 'alpha-1.0\n'},
      {pkg: ['which', '-q', '@P/bin/alpha', '@P/nope'], status: 1, out: 'alpha-1.0\n'},
      {pkg: ['which'], status: 1, out: ''},
    ],
  },
  {
    name: 'install swaps versions and takes away what only the old one had',
    steps: [
      {
        pkg: ['install', '-y', '-U', '@F/alpha-1.0.pkg'],
        out: lines(
          'Checking integrity... done (0 conflicting)',
          'The following 1 package(s) will be affected (of 0 checked):',
          '',
          'New packages to be INSTALLED:',
          '\talpha: 1.0',
          '',
          'Number of packages to be installed: 1',
          '[1/1] Installing alpha-1.0...',
          'Extracting alpha-1.0: ... done',
        ),
      },
      {files: ['bin/alpha', 'share/alpha/a', 'share/alpha/b']},
      install('alpha-2.0'),
      {files: ['bin/alpha', 'share/alpha/a', 'share/alpha/c']},
      installed('alpha-2.0\n'),
      {pkg: ['check', '-q', '-s', 'alpha'], out: ''},
      install('alpha-1.0'),
      installed('alpha-1.0\n'),
      {files: ['bin/alpha', 'share/alpha/a', 'share/alpha/b']},
      {pkg: ['install', '-n', '-U', '@F/alpha-2.0.pkg'], status: 1},
      {pkg: ['install', '-U', '@F/alpha-2.0.pkg'], status: 1},
      installed('alpha-1.0\n'),
    ],
  },
  {
    name: 'install brings several packages in the order of their dependencies',
    steps: [
      {
        pkg: ['install', '-y', '-U', '@F/beta-1.0_1,2.pkg', '@F/alpha-1.0.pkg'],
        out: lines(
          'Checking integrity... done (0 conflicting)',
          'The following 2 package(s) will be affected (of 0 checked):',
          '',
          'New packages to be INSTALLED:',
          '\talpha: 1.0',
          '\tbeta: 1.0_1,2',
          '',
          'Number of packages to be installed: 2',
          '[1/2] Installing alpha-1.0...',
          '[1/2] Extracting alpha-1.0: ... done',
          '[2/2] Installing beta-1.0_1,2...',
          'Extracting beta-1.0_1,2: . done',
        ),
      },
      install('alpha-2.0'),
      {pkg: ['query', '%dn-%dv', 'beta'], out: 'alpha-2.0\n'},
    ],
  },
  {
    name: 'install changes nothing when it cannot be done',
    steps: [
      install('alpha-1.0', 'beta-1.0_1,2'),
      {pkg: ['install', '-q', '-y', '-U', '@F/rival-1.pkg'], status: 3, out: ''},
      {pkg: ['install', '-q', '-y', '-U', '@F/lonely-1.pkg'], status: 1, out: ''},
      {pkg: ['install', '-q', '-y', '-U', '@F/refuser-1.pkg'], status: 3, out: ''},
      {pkg: ['install', '-q', '-y', '-U', '@F/none.pkg'], status: 1, out: ''},
      {pkg: ['install', '-q', '-y', '-U', '@F/broken.pkg'], status: 1, out: ''},
      {pkg: ['install', '-q', '-y', '-U', '@F/alpha-2.0.pkg', '@F/none.pkg'], status: 1, out: ''},
      installed('alpha-1.0\nbeta-1.0_1,2\n'),
      {files: ['bin/alpha', 'share/alpha/a', 'share/alpha/b', 'share/beta/a']},
      {pkg: ['check', '-q', '-s', '-a'], out: ''},
    ],
  },
  {
    name: 'a pre-install script that fails leaves the old version as it was',
    steps: [
      install('refuser-2'),
      {pkg: ['install', '-q', '-y', '-U', '@F/refuser-2.pkg'], status: 3, out: ''},
      {pkg: ['install', '-q', '-y', '-U', '@F/refuser-1.pkg'], status: 3, out: ''},
      installed('refuser-2\n'),
      {files: ['share/refuser/a2']},
    ],
  },
  {
    name: 'a post-install script that fails is only told',
    steps: [{pkg: ['install', '-q', '-y', '-U', '@F/clumsy-1.pkg'], out: ''}, installed('clumsy-1\n')],
  },
  {
    name: 'scripts run in order, and know of an upgrade',
    steps: [
      {
        pkg: ['install', '-q', '-y', '-U', '@F/script-1.pkg'],
        out: 'pre-install 1 script-1 @P upgrade=\npost-install 1\n',
      },
      {
        pkg: ['install', '-q', '-y', '-U', '@F/script-2.pkg'],
        out: 'pre-install 2 script-2 @P upgrade=true\npre-deinstall 1\npost-install 2\n',
      },
      {pkg: ['delete', '-q', '-y', 'script'], out: 'pre-deinstall 2\npost-deinstall 2\n'},
    ],
  },
  {
    name: 'messages are shown on their occasions',
    steps: [
      {
        pkg: ['add', '@F/talker-1.pkg'],
        out: lines(
          'Installing talker-1...',
          'Extracting talker-1: . done',
          '=====',
          'Message from talker-1:',
          '',
          '--',
          'first line',
          'second line',
          '--',
          'always',
        ),
      },
      {
        pkg: ['info', '-D', 'talker'],
        out: lines(
          'talker-1:',
          'On install:',
          'first line',
          'second line',
          '',
          'On upgrade:',
          'was older',
          '',
          'On remove:',
          'bye',
          '',
          'Always:',
          'always',
          '',
        ),
      },
    ],
  },
  {
    name: 'install drops the automatic flag, the lock and annotations of the user; -A sets the flag',
    steps: [
      install('alpha-1.0'),
      {pkg: ['set', '-y', '-A', '1', 'alpha'], out: ''},
      {pkg: ['lock', '-y', 'alpha'], out: 'Locking alpha-1.0\n'},
      {pkg: ['annotate', '-q', '-y', '-A', 'alpha', 'note', 'text'], out: ''},
      flags('alpha-1.0 110\n'),
      install('alpha-2.0'),
      flags('alpha-2.0 000\n'),
      {pkg: ['query', '%At', 'alpha'], out: 'flavor\ntool\n'},
      {pkg: ['install', '-q', '-y', '-U', '-f', '-A', '@F/alpha-1.0.pkg'], out: ''},
      flags('alpha-1.0 100\n'),
    ],
  },
  {
    name: 'add keeps what is not older, refuses a locked package, and leaves files of the old version',
    steps: [
      {pkg: ['add', '-q', '@F/alpha-1.0.pkg'], out: ''},
      {pkg: ['set', '-y', '-A', '1', 'alpha'], out: ''},
      {
        pkg: ['add', '@F/alpha-1.0.pkg'],
        out: 'Installing alpha-1.0...\nthe most recent version of alpha-1.0 is already installed\n',
      },
      flags('alpha-1.0 100\n'),
      {pkg: ['add', '-q', '@F/alpha-2.0.pkg'], out: ''},
      flags('alpha-2.0 000\n'),
      {files: ['bin/alpha', 'share/alpha/a', 'share/alpha/b', 'share/alpha/c']},
      {
        pkg: ['add', '@F/alpha-1.0.pkg'],
        out: 'Installing alpha-1.0...\nthe most recent version of alpha-2.0 is already installed\n',
      },
      flags('alpha-2.0 000\n'),
      {
        pkg: ['add', '-A', '-f', '@F/alpha-1.0.pkg'],
        out: 'Installing alpha-1.0...\npackage alpha is already installed, forced install\nExtracting alpha-1.0: ... done\n',
      },
      flags('alpha-1.0 100\n'),
      {pkg: ['lock', '-q', '-y', 'alpha'], out: ''},
      {
        pkg: ['add', '-f', '@F/alpha-2.0.pkg'],
        status: 1,
        out: 'Installing alpha-2.0...\n\nalpha-1.0 is locked and may not be modified\n\nFailed to install the following 1 package(s): @F/alpha-2.0.pkg\n',
      },
      flags('alpha-1.0 110\n'),
    ],
  },
  {
    name: 'add refuses conflicts and missing dependencies',
    steps: [
      install('alpha-1.0'),
      {
        pkg: ['add', '@F/rival-1.pkg'],
        status: 1,
        out: 'Installing rival-1...\n\nFailed to install the following 1 package(s): @F/rival-1.pkg\n',
      },
      {
        pkg: ['add', '-q', '@F/lonely-1.pkg'],
        status: 1,
        out: '\nFailed to install the following 1 package(s): @F/lonely-1.pkg\n',
      },
      {
        pkg: ['add', '-q', '@F/none.pkg'],
        status: 1,
        out: '\nFailed to install the following 1 package(s): @F/none.pkg\n',
      },
      installed('alpha-1.0\n'),
      {pkg: ['add', '-q', '-M', '@F/lonely-1.pkg'], out: ''},
      {pkg: ['check', '-d', '-n', '-q', '-a'], out: 'lonely\tnowhere\n'},
    ],
  },
  {
    name: 'delete takes dependents along, unless it is forced, and stops at locks',
    steps: [
      install('alpha-1.0', 'beta-1.0_1,2'),
      {pkg: ['delete', '-q', '-y', 'nope'], status: 1, out: ''},
      {pkg: ['lock', '-q', '-y', 'alpha'], out: ''},
      {
        pkg: ['delete', '-q', '-y', 'alpha'],
        status: 7,
        out: 'The following package(s) are locked or vital and may not be removed:\n\n\talpha (locked)\n\n',
      },
      installed('alpha-1.0\nbeta-1.0_1,2\n'),
      {pkg: ['unlock', '-q', '-y', 'alpha'], out: ''},
      {pkg: ['delete', '-q', '-y', '-f', 'alpha'], out: ''},
      installed('beta-1.0_1,2\n'),
      {files: ['share/beta/a']},
      {pkg: ['check', '-d', '-n', '-q', '-a'], out: 'beta\talpha\n'},
      install('alpha-1.0'),
      {
        pkg: ['delete', '-y', 'alpha'],
        out: lines(
          'Checking integrity... done (0 conflicting)',
          'Deinstallation has been requested for the following 2 packages (of 0 packages in the universe):',
          '',
          'Installed packages to be REMOVED:',
          '\talpha: 1.0',
          '\tbeta: 1.0_1,2',
          '',
          'Number of packages to be removed: 2',
          '[1/2] Deinstalling beta-1.0_1,2...',
          '[1/2] Deleting files for beta-1.0_1,2: . done',
          '[2/2] Deinstalling alpha-1.0...',
          '[2/2] Deleting files for alpha-1.0: ... done',
        ),
      },
      {files: []},
      {pkg: ['-N'], status: 1},
    ],
  },
  {
    name: 'set changes flags, names and origins, also in what depends on them',
    steps: [
      install('alpha-1.0', 'beta-1.0_1,2'),
      {pkg: ['set', '-y', '-A', '1', 'alpha'], out: ''},
      {pkg: ['set', '-y', '-v', '1', 'alpha'], out: ''},
      flags('alpha-1.0 101\n'),
      {pkg: ['set', '-y', '-A', '1', 'nope'], status: 1, out: ''},
      {pkg: ['set', '-y', '-A', '2', 'alpha'], status: 1, out: ''},
      {pkg: ['set', '-y', '-n', 'alpha:omega'], out: ''},
      {pkg: ['set', '-y', '-o', 'misc/alpha:devel/omega'], out: ''},
      {pkg: ['query', '%n %o %a %rn', 'omega'], out: 'omega devel/omega 1 beta\n'},
      {pkg: ['query', '%dn %do %dv', 'beta'], out: 'omega devel/omega 1.0\n'},
      {pkg: ['set', '-y', '-n', 'omega:beta'], status: 1, out: ''},
      {pkg: ['set', '-y', '-n', 'nope:none'], out: ''},
      {pkg: ['set', '-y', '-n', 'bad'], status: 1, out: ''},
      {pkg: ['query', '-a', '%n %o'], out: 'beta misc/beta\nomega devel/omega\n'},
    ],
  },
  {
    name: 'annotations are added, changed, shown and deleted',
    steps: [
      install('alpha-1.0'),
      {
        pkg: ['annotate', '-y', '-A', 'alpha', 'note', 'one'],
        out: 'alpha-1.0: added annotation tagged: note\n',
      },
      {pkg: ['annotate', '-y', '-A', 'alpha', 'note', 'two'], status: 1, out: ''},
      {
        pkg: ['annotate', '-y', '-M', 'alpha', 'note', 'two'],
        out: 'alpha-1.0: Modified annotation tagged: note\n',
      },
      {pkg: ['annotate', '-q', '-y', '-M', 'alpha', 'new', 'three'], out: ''},
      {pkg: ['annotate', '-q', '-S', 'alpha', 'note'], out: 'two\n'},
      {pkg: ['annotate', '-S', 'alpha', 'note'], out: 'alpha-1.0: Tag: note Value: two\n'},
      {pkg: ['query', '%At=%Av', 'alpha'], out: 'flavor=blue\nnew=three\nnote=two\ntool=x\n'},
      {pkg: ['annotate', '-y', '-D', 'alpha', 'note'], out: 'alpha-1.0: Deleted annotation tagged: note\n'},
      {pkg: ['annotate', '-q', '-y', '-D', 'alpha', 'note'], status: 1, out: ''},
      {pkg: ['annotate', '-q', '-y', '-A', 'nope', 'note', 'x'], out: ''},
    ],
  },
  {
    name: 'locks are set, listed and taken away',
    steps: [
      install('alpha-1.0', 'beta-1.0_1,2'),
      {pkg: ['lock', '-y', 'alpha'], out: 'Locking alpha-1.0\n'},
      {pkg: ['lock', '-y', 'alpha'], out: 'alpha-1.0: already locked\n'},
      {pkg: ['lock', '-l'], out: 'Currently locked packages:\nalpha-1.0\n'},
      {pkg: ['query', '%n %k'], out: 'alpha 1\nbeta 0\n'},
      {pkg: ['unlock', '-y', 'alpha'], out: 'Unlocking alpha-1.0\n'},
      {pkg: ['unlock', '-y', 'alpha'], out: 'alpha-1.0: already unlocked\n'},
      {pkg: ['lock', '-l'], status: 1, out: 'No locked packages were found\n'},
      {pkg: ['lock', '-y', 'nope'], status: 1, out: ''},
      {pkg: ['lock', '-y', '-g', 'b*'], out: 'Locking beta-1.0_1,2\n'},
    ],
  },
  {
    name: 'check finds changed and missing files',
    steps: [
      install('alpha-1.0'),
      {pkg: ['check', '-q', '-s', '-a'], out: ''},
      {write: 'share/alpha/a', text: 'changed'},
      {pkg: ['check', '-q', '-s', 'alpha'], status: 1, out: ''},
      install('alpha-1.0'),
      {pkg: ['check', '-q', '-s', 'alpha'], out: ''},
      {remove: 'bin/alpha'},
      {pkg: ['check', '-q', '-s', 'alpha'], status: 1, out: ''},
      {pkg: ['check', '-q', '-s', 'nope'], status: 1, out: ''},
    ],
  },
  {
    name: 'a file that belongs to nobody is kept under another name, unless it is the same',
    steps: [
      {write: 'share/alpha/a', text: 'mine'},
      {write: 'share/alpha/b', text: 'share/alpha/b of alpha-1.0\n'},
      install('alpha-1.0'),
      {files: ['bin/alpha', 'share/alpha/a', 'share/alpha/a.pkgsave', 'share/alpha/b']},
      {pkg: ['check', '-q', '-s', 'alpha'], out: ''},
      {pkg: ['delete', '-q', '-y', 'alpha'], out: ''},
      {files: ['share/alpha/a.pkgsave']},
    ],
  },
  {
    name: 'create makes a backup that carries annotations, but neither the flag nor the lock',
    steps: [
      install('alpha-1.0', 'beta-1.0_1,2'),
      {pkg: ['set', '-y', '-A', '1', 'beta'], out: ''},
      {pkg: ['lock', '-q', '-y', 'beta'], out: ''},
      {pkg: ['annotate', '-q', '-y', '-A', 'beta', 'note', 'text'], out: ''},
      {pkg: ['create', '-o', '@P/backup', 'beta'], out: 'Creating package for beta-1.0_1,2\n'},
      {
        pkg: ['query', '-F', '@P/backup/beta-1.0_1,2.pkg', '%n-%v %o %a%k %At=%Av'],
        out: 'beta-1.0_1,2 misc/beta 00 flavor=blue\nbeta-1.0_1,2 misc/beta 00 note=text\nbeta-1.0_1,2 misc/beta 00 tool=x\n',
      },
      {pkg: ['query', '-F', '@P/backup/beta-1.0_1,2.pkg', '%dn %dv'], out: 'alpha 1.0\n'},
      {pkg: ['unlock', '-q', '-y', 'beta'], out: ''},
      {pkg: ['delete', '-q', '-y', '-f', 'beta'], out: ''},
      {pkg: ['add', '-q', '@P/backup/beta-1.0_1,2.pkg'], out: ''},
      {
        pkg: ['query', '%n-%v %a%k %At', 'beta'],
        out: 'beta-1.0_1,2 00 flavor\nbeta-1.0_1,2 00 note\nbeta-1.0_1,2 00 tool\n',
      },
      {pkg: ['create', '-q', '-o', '@P/backup', 'nope'], status: 1, out: ''},
      {remove: 'bin/alpha'},
      {pkg: ['create', '-o', '@P/backup', 'alpha'], status: 1, out: 'Creating package for alpha-1.0\n'},
    ],
  },
  {
    name: 'versions are compared',
    steps: [
      {pkg: ['version', '-t', '1.0', '1.1'], out: '<\n'},
      {pkg: ['version', '-t', '1.0', '1.0'], out: '=\n'},
      {pkg: ['version', '-t', '1.0,1', '2'], out: '>\n'},
      {pkg: ['version', '-t', '1'], status: 1, out: ''},
    ],
  },
  {
    name: 'options in front of the command',
    steps: [
      install('alpha-1.0'),
      {pkg: ['-o', 'ASSUME_ALWAYS_YES=yes', '-o', 'FOO=bar', 'query', '-a', '%n'], out: 'alpha\n'},
      {pkg: ['-o', 'PKG_DBDIR=@P/no-database', 'query', '-a', '%n'], out: ''},
      {pkg: ['nonsense'], status: 1, out: ''},
      {pkg: [], status: 1, out: ''},
    ],
  },
];
