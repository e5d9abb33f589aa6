import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test, type TestContext} from 'node:test';
import {promisify} from 'node:util';
import {PortReader} from '../../src/analysis/port-reader.js';
import type {World} from '../../src/model/world.js';
import {MetadataCache} from '../../src/state/metadata-cache.js';
import type {CommandRunner} from '../../src/system/command.js';
import {ExecaRunner} from '../../src/system/execa-runner.js';
import {origin} from '../rig/builders.js';
import {temporaryDirectory} from '../unit/temporary-directory.js';

const make = process.platform === 'linux' || process.platform === 'darwin' ? 'bmake' : 'make';

/** As much of the ports framework as decides what an answer depends on. */
const framework = String.raw`
.if !defined(_SMALL_MK)
_SMALL_MK=	yes
.MAKE.EXPAND_VARIABLES=	yes
__MAKE_CONF?=	/nonexistent/make.conf
.if exists($(__MAKE_CONF))
.include "$(__MAKE_CONF)"
.endif
MASTERDIR?=	$(.CURDIR)
OPTIONS_FILE=	$(PORT_DBDIR)/$(PORTNAME)/options
.if exists($(OPTIONS_FILE))
.include "$(OPTIONS_FILE)"
.endif
.if exists($(MASTERDIR)/Makefile.local)
.include "$(MASTERDIR)/Makefile.local"
.endif
.sinclude "$(.CURDIR)/Makefile.unseen"
.for use in $(USES)
.include "$(PORTSDIR)/Mk/Uses/$(use).mk"
.endfor
.if exists($(.CURDIR)/files)
BROKEN=	has files
.endif
.for name in $(FLAVOR)
PORTREVISION=	$(name)
.endfor
PKGBASE=	$(PORTNAME)
PKGVERSION=	$(PORTVERSION)$(PORTREVISION)
.endif
all:
`;

const uses = {
  'tool.mk':
    '.if exists($(LOCALBASE)/bin/tool)\nTOOL!= $(LOCALBASE)/bin/tool\nPORTREVISION=	_$(TOOL)\n.endif\n',
  'owner.mk': 'OWNER!= $(LOCALBASE)/sbin/pkg query -a %n\nPORTREVISION=	_$(OWNER)\n',
  'plain.mk': 'BROKEN=	plain\n',
};

/** A small ports tree, read by make itself; each reading is a portpar of its own. */
class Tree {
  readonly root: string;
  environment: Record<string, string>;
  makeArguments: string[] = [];
  portSettings: World['portSettings'] = [];
  installed = {all: 'a-1', names: 'a'};
  coarsenessMs = 0;

  constructor(context: TestContext) {
    this.root = temporaryDirectory(context);
    this.environment = {
      PORTSDIR: this.root,
      LOCALBASE: join(this.root, 'local'),
      PORT_DBDIR: join(this.root, 'options'),
      __MAKE_CONF: join(this.root, 'etc/make.conf'),
    };
    for (const folder of ['local/bin', 'local/sbin', 'options', 'etc', 'Mk/Uses']) this.folder(folder);
    this.write('Mk/bsd.port.mk', framework);
    for (const [name, text] of Object.entries(uses)) this.write(`Mk/Uses/${name}`, text);
    this.port('a/one', 'PORTVERSION?=	1\n');
    this.port('a/two', 'PORTVERSION=	1\n');
    this.write('a/slave/Makefile', 'MASTERDIR=	$(.CURDIR)/../one\n.include "$(MASTERDIR)/Makefile"\n');
  }

  port(path: string, lines: string): void {
    const text = `PORTNAME=	${path.replace('/', '-')}\n${lines}.include "$(PORTSDIR)/Mk/bsd.port.mk"\n`;
    this.write(`${path}/Makefile`, text);
  }

  folder(path: string): void {
    mkdirSync(join(this.root, path), {recursive: true});
  }

  write(path: string, text: string): void {
    this.folder(join(path, '..'));
    writeFileSync(join(this.root, path), text);
  }

  program(path: string, says: string): void {
    this.write(path, `#!/bin/sh\necho ${says}\n`);
    chmodSync(join(this.root, path), 0o755);
  }

  get cacheFile(): string {
    return join(this.root, 'state/cache/metadata');
  }

  /** Reads ports as one run does: what they say, `version broken`, and which of them make was asked about. */
  async read(...ports: readonly string[]): Promise<{said: string[]; asked: string[]}> {
    this.#settle();
    const asked = new Set<string>();
    const real = new ExecaRunner();
    const runner: CommandRunner = {
      logged: (spec, options) => real.logged(spec, options),
      capture: (spec, stop) => {
        const directory = spec.args[1] ?? '';
        const flavor = spec.env?.['FLAVOR'];
        const port = `${directory.slice(this.root.length + 1)}${flavor === undefined ? '' : `@${flavor}`}`;
        if (directory !== this.root) asked.add(port);
        return real.capture(spec, stop);
      },
    };
    const stateDirectory = join(this.root, 'state');
    const world: World = {
      portsDirectory: this.root,
      make,
      pkg: 'pkg',
      environment: this.environment,
      makeArguments: this.makeArguments,
      stateDirectory,
      portSettings: this.portSettings,
      cores: 2,
    };
    const {installed, coarsenessMs} = this;
    const cache = new MetadataCache({stateDirectory, installed, coarsenessMs});
    const reader = new PortReader({runner, world, cache, stop: {}});
    const said: string[] = [];
    for (const name of ports) {
      const reading = (await reader.recall(origin(name))) ?? (await reader.ask(origin(name)));
      if (reading.kind !== 'read') said.push(reading.kind === 'unreadable' ? reading.text : reading.kind);
      else said.push(`${reading.answers.PKGVERSION} ${reading.answers.BROKEN}`.trim());
    }
    await cache.save();
    return {said, asked: [...asked]};
  }

  /** Goes on only when the file system's clock has: what was written before is then older than what comes. */
  #settle(): void {
    const marker = join(this.root, 'etc/.clock');
    const touch = (): number => {
      writeFileSync(marker, '');
      return statSync(marker).ctimeMs;
    };
    const now = touch();
    // The marker's own folder changes with it: only the first time, when it is made.
    for (let later = touch(); later <= now; later = touch());
    const written = touch();
    while (Date.now() <= Math.ceil(written));
  }
}

/** Each change, which of the ports it changes, and what they say then. */
const changes: readonly {
  readonly what: string;
  readonly before?: (tree: Tree) => void;
  readonly change: (tree: Tree) => void;
  /** What `a/one` says after it. */
  readonly says: string;
  /** Ports besides `a/one` that are asked about again. */
  readonly also?: readonly string[];
}[] = [
  {
    what: 'its own Makefile',
    change: (tree) => {
      tree.port('a/one', 'PORTVERSION?=	2\n');
    },
    says: '2',
    also: ['a/slave'],
  },
  {
    what: 'a file that its framework part comes from',
    before: (tree) => {
      tree.port('a/one', 'PORTVERSION?=	1\nUSES=	plain\n');
    },
    change: (tree) => {
      tree.write('Mk/Uses/plain.mk', 'BROKEN=	more\n');
    },
    says: '1 more',
    also: ['a/slave'],
  },
  {
    what: 'the framework itself',
    change: (tree) => {
      tree.write('Mk/bsd.port.mk', framework.replace('PKGVERSION=	', 'PKGVERSION=	9.'));
    },
    says: '9.1',
    also: ['a/two', 'a/slave'],
  },
  {
    what: 'make.conf, which was not there',
    change: (tree) => {
      tree.write('etc/make.conf', 'BROKEN=	by make.conf\n');
    },
    says: '1 by make.conf',
    also: ['a/two', 'a/slave'],
  },
  {
    what: 'make.conf, which was there',
    before: (tree) => {
      tree.write('etc/make.conf', 'BROKEN=	by make.conf\n');
    },
    change: (tree) => {
      tree.write('etc/make.conf', 'BROKEN=	otherwise\n');
    },
    says: '1 otherwise',
    also: ['a/two', 'a/slave'],
  },
  {
    what: 'saved options, which were not there',
    change: (tree) => {
      tree.write('options/a-one/options', 'PORTREVISION=	_o\n');
    },
    says: '1_o',
    also: ['a/slave'],
  },
  {
    what: 'saved options, which were there',
    before: (tree) => {
      tree.write('options/a-one/options', 'PORTREVISION=	_o\n');
    },
    change: (tree) => {
      tree.write('options/a-one/options', 'PORTREVISION=	_p\n');
    },
    says: '1_p',
    also: ['a/slave'],
  },
  {
    what: 'saved options, which go',
    before: (tree) => {
      tree.write('options/a-one/options', 'PORTREVISION=	_o\n');
    },
    change: (tree) => {
      rmSync(join(tree.root, 'options/a-one'), {recursive: true});
    },
    says: '1',
    also: ['a/slave'],
  },
  {
    what: 'a new Makefile.local',
    change: (tree) => {
      tree.write('a/one/Makefile.local', 'PORTREVISION=	_l\n');
    },
    says: '1_l',
    also: ['a/slave'],
  },
  {
    what: 'a new file that is included if it is there',
    change: (tree) => {
      tree.write('a/one/Makefile.unseen', 'PORTREVISION=	_u\n');
    },
    says: '1_u',
    also: ['a/slave'],
  },
  {
    what: 'a new folder of patches',
    change: (tree) => {
      tree.write('a/one/files/patch-a', '');
    },
    says: '1 has files',
    also: ['a/slave'],
  },
  {
    what: 'a program that was not there',
    before: (tree) => {
      tree.port('a/one', 'PORTVERSION?=	1\nUSES=	tool\n');
    },
    change: (tree) => {
      tree.program('local/bin/tool', 't1');
    },
    says: '1_t1',
    also: ['a/slave'],
  },
  {
    what: 'a program that was another',
    before: (tree) => {
      tree.port('a/one', 'PORTVERSION?=	1\nUSES=	tool\n');
      tree.program('local/bin/tool', 't1');
    },
    change: (tree) => {
      tree.program('local/bin/tool', 't2');
    },
    says: '1_t2',
    also: ['a/slave'],
  },
  {
    what: 'the packages that are installed, where a command asks for them',
    before: (tree) => {
      tree.program('local/sbin/pkg', '$(cat "$PORT_DBDIR/../etc/installed")');
      tree.write('etc/installed', 'p1');
      tree.port('a/one', 'PORTVERSION?=	1\nUSES=	owner\n');
    },
    change: (tree) => {
      tree.write('etc/installed', 'p2');
      tree.installed = {all: 'a-2', names: 'a'};
    },
    says: '1_p2',
    also: ['a/slave'],
  },
  {
    what: 'the environment',
    change: (tree) => {
      tree.environment = {...tree.environment, PORTVERSION: '5'};
    },
    says: '5',
    also: ['a/two', 'a/slave'],
  },
  {
    what: 'the arguments of make',
    change: (tree) => {
      tree.makeArguments = ['BROKEN=argued'];
    },
    says: '1 argued',
    also: ['a/two', 'a/slave'],
  },
  {
    what: 'what is set for the one port',
    change: (tree) => {
      tree.portSettings = [
        {glob: 'a/one', settings: {environment: {PORTVERSION: '7'}, makeArguments: ['BROKEN=set']}},
      ];
    },
    says: '7 set',
  },
];

/** Commands that read the file `etc/d/a`, each in a way that is hard to see in a makefile's text: a miss is no fault there. */
const hardToSee: readonly {readonly how: string; readonly lines: string}[] = [
  {
    how: 'under a name that a variable had only then',
    lines: 'FROM=	$(PORTSDIR)/etc/d/a\nPORTREVISION!=	cat $(FROM)\nFROM=	/nonexistent\n',
  },
  {how: 'in the form NAME:sh=', lines: 'PORTREVISION:sh=	cat $(PORTSDIR)/etc/d/a\n'},
  {
    how: 'in the form NAME::!=',
    lines: '_SEEN:=	$(PORTREVISION::!=cat $(PORTSDIR)/etc/d/a)\n',
  },
  {how: 'by a pattern', lines: 'PORTREVISION!=	cat $(PORTSDIR)/etc/d/*\n'},
  {how: 'as all that is in a folder', lines: 'PORTREVISION!=	grep -rh _ $(PORTSDIR)/etc\n'},
  {how: 'in another folder', lines: 'PORTREVISION!=	cd $(PORTSDIR)/etc/d && cat a\n'},
  {how: 'with a variable of the shell', lines: 'PORTREVISION!=	D=$(PORTSDIR)/etc/d; cat $$D/a\n'},
  {how: 'by a script', lines: 'PORTREVISION!=	sh $(PORTSDIR)/etc/script\n'},
  {
    how: 'as make does in another folder',
    lines: 'PORTREVISION!=	cd $(PORTSDIR)/etc/d && $(MAKE) -f a -V ONE\n',
  },
];

describe('what make said is not asked again', () => {
  const ports = ['a/one', 'a/two', 'a/slave'];

  test('while nothing has changed', async (context) => {
    const tree = new Tree(context);
    assert.deepEqual(await tree.read(...ports), {said: ['1', '1', '1'], asked: ports});
    assert.deepEqual(await tree.read(...ports), {said: ['1', '1', '1'], asked: []});
  });

  for (const {what, before, change, says, also = []} of changes) {
    test(`unless there is another answer after a change of ${what}`, async (context) => {
      const tree = new Tree(context);
      before?.(tree);
      const first = await tree.read(...ports);
      assert.deepEqual((await tree.read(...ports)).asked, [], 'all is known');
      change(tree);
      const then = await tree.read(...ports);
      assert.equal(then.said[0], says);
      assert.notEqual(first.said[0], says);
      assert.deepEqual(
        then.asked,
        ports.filter((port) => port === 'a/one' || also.includes(port)),
      );
      assert.deepEqual(await tree.read(...ports), {said: then.said, asked: []}, 'and the new answer stays');
    });
  }

  for (const {how, lines} of hardToSee) {
    test(`and never wrong after a change of a file that a command read ${how}`, async (context) => {
      const tree = new Tree(context);
      tree.write('etc/d/a', 'ONE=_1');
      tree.program('etc/script', '$(cat $PORTSDIR/etc/d/a)');
      tree.port('a/one', `PORTVERSION=	1\n${lines}`);
      const first = await tree.read('a/one');
      assert.match(first.said[0] ?? '', /_1$/);
      assert.deepEqual((await tree.read('a/one')).said, first.said);
      // In its place, so that the folder stays as it is.
      tree.write('etc/d/a', 'ONE=_2');
      assert.match((await tree.read('a/one')).said[0] ?? '', /_2$/);
    });
  }

  test('for each flavor by itself', async (context) => {
    const tree = new Tree(context);
    tree.port('a/one', 'PORTVERSION?=	1\nFLAVORS=	x y\n');
    assert.deepEqual(await tree.read('a/one@x', 'a/one@y'), {
      said: ['1x', '1y'],
      asked: ['a/one@x', 'a/one@y'],
    });
    assert.deepEqual(await tree.read('a/one@y', 'a/one@x'), {said: ['1y', '1x'], asked: []});
  });

  test('but for files as young as the question: nobody knows what was read', async (context) => {
    const tree = new Tree(context);
    tree.coarsenessMs = 3_600_000;
    assert.deepEqual((await tree.read('a/one')).asked, ['a/one']);
    assert.deepEqual((await tree.read('a/one')).asked, ['a/one']);
  });

  test('and not kept when make fails', async (context) => {
    const tree = new Tree(context);
    tree.write('a/one/Makefile', '.if\n');
    const first = await tree.read('a/one');
    assert.match(first.said[0] ?? '', /line 1/);
    assert.deepEqual(await tree.read('a/one'), first);
  });

  for (const [how, damage] of [
    [
      'torn',
      (path: string) => {
        writeFileSync(path, readFileSync(path).subarray(0, 700));
      },
    ],
    [
      'empty',
      (path: string) => {
        writeFileSync(path, '');
      },
    ],
    [
      'garbage',
      (path: string) => {
        writeFileSync(path, Buffer.from([0, 255, 10, 1, 2]));
      },
    ],
    [
      'of another format',
      (path: string) => {
        writeFileSync(path, readFileSync(path, 'utf8').replace(/^\S+/, 'portpar-metadata-0'));
      },
    ],
    [
      'changed by one byte',
      (path: string) => {
        writeFileSync(path, readFileSync(path, 'utf8').replace('"1"', '"2"'));
      },
    ],
    [
      'a folder',
      (path: string) => {
        rmSync(path);
        mkdirSync(join(path, 'sub'), {recursive: true});
      },
    ],
  ] as const) {
    test(`with a cache that is ${how}: it is made again without a word`, async (context) => {
      const tree = new Tree(context);
      await tree.read(...ports);
      damage(tree.cacheFile);
      assert.deepEqual(await tree.read(...ports), {said: ['1', '1', '1'], asked: ports});
      assert.deepEqual((await tree.read(...ports)).asked, []);
    });
  }

  test('where the state folder cannot be made, all goes on without it', async (context) => {
    const tree = new Tree(context);
    tree.write('state', 'a file in its place');
    assert.deepEqual(await tree.read(...ports), {said: ['1', '1', '1'], asked: ports});
    assert.equal(readFileSync(join(tree.root, 'state'), 'utf8'), 'a file in its place');
  });

  test('by several portpars at once: the file is always whole, and the last one’s content stays', async (context) => {
    const tree = new Tree(context);
    await tree.read('a/one');
    const module = new URL('../../src/state/metadata-cache.js', import.meta.url).href;
    const program = (name: string): string => `
      import {MetadataCache} from ${JSON.stringify(module)};
      const stateDirectory = ${JSON.stringify(join(tree.root, 'state'))};
      const none = new Set();
      for (let round = 0; round < 30; round += 1) {
        const cache = new MetadataCache({stateDirectory, installed: {all: '', names: ''}, coarsenessMs: 0});
        const watched = {files: new Set([${JSON.stringify(join(tree.root, 'Mk/bsd.port.mk'))}]), probes: none, absent: none, listings: none, onPackages: undefined};
        cache.keep('${name} ' + round, ['x'.repeat(20000)], watched, Date.now());
        await cache.save();
        const again = new MetadataCache({stateDirectory, installed: {all: '', names: ''}, coarsenessMs: 0});
        if (again.find('left ' + round) === undefined && again.find('right ' + round) === undefined && again.find('left 0') === undefined && again.find('right 0') === undefined) throw new Error('the cache is gone');
      }`;
    const ends = await Promise.all(
      ['left', 'right'].map((name) =>
        promisify(execFile)(process.execPath, ['--input-type=module', '-e', program(name)]),
      ),
    );
    for (const {stderr} of ends) assert.equal(stderr, '');
    const cache = new MetadataCache({
      stateDirectory: join(tree.root, 'state'),
      installed: {all: '', names: ''},
    });
    assert.ok(cache.find('left 29') !== undefined || cache.find('right 29') !== undefined);
  });
});
