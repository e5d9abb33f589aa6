import {chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {shellWord, writeMakeAnswers, writePkgAnswers} from './fake-bin/answers.js';
import {
  controlFiles,
  filesOf,
  readState,
  replaceFile,
  type FakePackage,
  type FakePort,
  type FakeState,
  type FakeWorld,
} from './fake-bin/world.js';

type NeedKind = 'fetch' | 'extract' | 'build' | 'lib' | 'run';

/** What a test says of a port; what it does not say is as usual. */
export interface PortSketch {
  /** `2` when not said. */
  readonly version?: string;
  /** The package's name; the last part of the origin when not said. */
  readonly name?: string;
  /** The version that is installed, or more about it; nothing is installed when not said. */
  readonly installed?: string | (Partial<FakePackage> & {readonly version: string});
  /** Origins, for the usual pattern (`name>0`, or the library), or whole dependency lines. */
  readonly needs?: Readonly<Partial<Record<NeedKind, readonly string[]>>>;
  /** Package names by flavor, the default flavor first. */
  readonly flavors?: Readonly<Record<string, string>>;
  readonly conflicts?: readonly string[];
  readonly message?: string;
  /** What make says instead of answering. */
  readonly unreadable?: string;
  /** Answers to `make -V` beyond the usual, such as IGNORE or ALLFILES. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface WorldSketch {
  readonly ports?: Readonly<Record<string, PortSketch>>;
  /** Packages of ports that the tree does not have, or does not have under this name. */
  readonly packages?: readonly (Partial<FakePackage> & Pick<FakePackage, 'name' | 'version' | 'origin'>)[];
  /** Lines of MOVED. */
  readonly moved?: readonly string[];
  /** More lines for the config file. */
  readonly config?: string;
  readonly tools?: readonly ('make' | 'pkg')[];
}

/** The files of a test's world: all that portpar sees in `world`, and beside it what only the test and its stand-ins use. */
export class RigWorld {
  readonly root: string;
  readonly ports: string;
  readonly state: string;
  readonly prefix: string;
  readonly control: string;
  readonly bin: string;
  readonly configFile: string;
  readonly socket: string;
  #sketches: Record<string, PortSketch>;

  constructor(directory: string, sketch: WorldSketch) {
    this.root = join(directory, 'world');
    this.control = join(directory, 'control');
    this.bin = join(directory, 'bin');
    this.ports = join(this.root, 'ports');
    this.state = join(this.root, 'state');
    this.prefix = join(this.root, 'local');
    this.configFile = join(this.root, 'portpar.toml');
    this.socket = join(this.control, 'socket');
    this.#sketches = {...sketch.ports};
    for (const path of [this.control, this.bin, join(this.ports, 'Mk'), join(this.root, 'db'), this.prefix]) {
      mkdirSync(path, {recursive: true});
    }
    writeFileSync(join(this.ports, 'Mk', 'bsd.port.mk'), '# The framework of this world is a stand-in.\n');
    if (sketch.moved !== undefined) this.writeMoved(...sketch.moved);
    writeFileSync(
      this.configFile,
      `ports_dir = "${this.ports}"\nstate_dir = "${this.state}"\n${sketch.config ?? ''}\n`,
    );
    writeFileSync(join(this.control, controlFiles.calls), '', {mode: 0o666});
    for (const tool of sketch.tools ?? ['make', 'pkg']) this.#makeTool(tool);
    symlinkSync('/bin/ps', join(this.bin, 'ps'));
    symlinkSync('/bin/sleep', join(this.bin, 'sleep'));
    this.#writePorts();
    this.#install(sketch);
  }

  /** Gives a port other properties, as an update of the tree does. */
  changePort(origin: string, change: PortSketch): void {
    this.#sketches = {...this.#sketches, [origin]: {...this.#sketches[origin], ...change}};
    this.#writePorts();
  }

  removePort(origin: string): void {
    this.#sketches = Object.fromEntries(Object.entries(this.#sketches).filter(([name]) => name !== origin));
    rmSync(join(this.ports, origin), {recursive: true});
    this.#writePorts();
  }

  writeMoved(...lines: readonly string[]): void {
    writeFileSync(join(this.ports, 'MOVED'), `# origin|new origin|date|why\n${lines.join('\n')}\n`);
  }

  writeState(state: FakeState): void {
    replaceFile(join(this.control, controlFiles.state), JSON.stringify(state));
    writePkgAnswers(this.control, state);
  }

  get packages(): readonly FakePackage[] {
    return readState(this.control).packages;
  }

  #makeTool(tool: 'make' | 'pkg'): void {
    const control = (name: keyof typeof controlFiles): string =>
      shellWord(join(this.control, controlFiles[name]));
    const program = shellWord(fileURLToPath(new URL(`fake-bin/${tool}.js`, import.meta.url)));
    const node = `${shellWord(process.execPath)} ${program} ${shellWord(this.control)} "$@"`;
    const reading = [
      '[ "$*" = "-f /dev/null -V MAKE" ] && { echo make; exit 0; }',
      'case " $*" in',
      "*' -V '*)",
      '  all="$*"',
      `  printf '%s\\n' "$$ make \${all%% -V *} -V" >> ${control('calls')}`,
      `  if [ -e ${control('holdReading')} ]; then ${node} || exit 1; fi`,
      `  . ${control('makeAnswers')};;`,
      'esac',
    ];
    const path = join(this.bin, tool);
    writeFileSync(
      path,
      [
        '#!/bin/sh',
        ...(tool === 'make' ? reading : []),
        `printf '%s\\n' "$$ ${tool} $*" >> ${control('calls')}`,
        ...(tool === 'pkg' ? [`. ${control('pkgAnswers')}`] : []),
        `exec ${node}`,
        '',
      ].join('\n'),
    );
    chmodSync(path, 0o755);
  }

  #writePorts(): void {
    const ports = Object.entries(this.#sketches).flatMap(([origin, sketch]) => this.#portsOf(origin, sketch));
    for (const [origin, sketch] of Object.entries(this.#sketches)) {
      const directory = join(this.ports, origin);
      mkdirSync(directory, {recursive: true});
      const makefile = join(directory, 'Makefile');
      // What is in `variables` comes from elsewhere, as options do: the file stays as it is.
      const text = makefileText(origin, sketch);
      if (!existsSync(makefile) || readFileSync(makefile, 'utf8') !== text) writeFileSync(makefile, text);
    }
    const world: FakeWorld = {socket: this.socket, prefix: this.prefix, ports};
    replaceFile(join(this.control, controlFiles.world), JSON.stringify(world));
    writeMakeAnswers(this.control, this.ports, ports);
  }

  #portsOf(origin: string, sketch: PortSketch): FakePort[] {
    if (sketch.flavors === undefined) return [this.#port(origin, this.#nameOf(origin), sketch)];
    return Object.entries(sketch.flavors).map(([flavor, name]) => this.#port(origin, name, sketch, flavor));
  }

  #port(origin: string, name: string, sketch: PortSketch, flavor?: string): FakePort {
    const {version = '2', needs = {}, variables = {}} = sketch;
    const own = flavor === undefined ? origin : `${origin}@${flavor}`;
    const lines = (kind: NeedKind): string =>
      (needs[kind] ?? []).map((need) => this.#line(kind, need)).join(' ');
    return {
      origin: own,
      name,
      version,
      ...(flavor === undefined ? {} : {flavor}),
      ...(sketch.unreadable === undefined ? {} : {unreadable: sketch.unreadable}),
      ...(sketch.message === undefined ? {} : {message: sketch.message}),
      conflicts: sketch.conflicts ?? [],
      runNeeds: this.#runNeeds(sketch),
      variables: {
        PKGBASE: name,
        PKGVERSION: version,
        FLAVOR: flavor ?? '',
        FLAVORS: Object.keys(sketch.flavors ?? {}).join(' '),
        FETCH_DEPENDS: lines('fetch'),
        EXTRACT_DEPENDS: lines('extract'),
        BUILD_DEPENDS: lines('build'),
        LIB_DEPENDS: lines('lib'),
        RUN_DEPENDS: lines('run'),
        WRKDIR: join(this.root, 'work', own.replace('/', '_')),
        PKG_SUFX: '.pkg',
        LIB_DIRS: join(this.prefix, 'lib'),
        LOCALBASE: this.prefix,
        PACKAGES: join(this.root, 'packages'),
        DISTDIR: join(this.root, 'distfiles'),
        MASTERDIR: join(this.ports, origin),
        ...variables,
      },
    };
  }

  #line(kind: NeedKind, need: string): string {
    if (need.includes(':')) return need;
    const name = this.#nameOf(need);
    return kind === 'lib' ? `lib${name}.so:${need}` : `${name}>0:${need}`;
  }

  #runNeeds({needs = {}}: PortSketch): string[] {
    return [...(needs.lib ?? []), ...(needs.run ?? [])].map((need) =>
      this.#nameOf(need.includes(':') ? (need.split(':')[1] ?? '') : need),
    );
  }

  /** The package name of a port, or of one of its flavors. */
  #nameOf(origin: string): string {
    const [directory = '', flavor] = origin.split('@');
    const sketch = this.#sketches[directory];
    const flavored = flavor === undefined ? undefined : sketch?.flavors?.[flavor];
    return flavored ?? sketch?.name ?? Object.values(sketch?.flavors ?? {})[0] ?? basename(directory);
  }

  #install({ports = {}, packages = []}: WorldSketch): void {
    const ofPorts = Object.entries(ports).flatMap(([origin, sketch]) => {
      if (sketch.installed === undefined) return [];
      const more = typeof sketch.installed === 'string' ? {version: sketch.installed} : sketch.installed;
      const flavor = Object.keys(sketch.flavors ?? {})[0];
      const base = {name: this.#nameOf(origin), origin, dependencies: this.#runNeeds(sketch)};
      return [{...base, ...(flavor === undefined ? {} : {annotations: {flavor}}), ...more}];
    });
    const all = [...ofPorts, ...packages].map((item): FakePackage => ({
      automatic: false,
      locked: false,
      annotations: {},
      dependencies: [],
      files: filesOf(this.prefix, item.name, item.version),
      message: '',
      conflicts: [],
      ...item,
    }));
    for (const {files} of all) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(path), {recursive: true});
        writeFileSync(path, text);
      }
    }
    this.writeState({packages: all});
  }
}

function makefileText(origin: string, {version = '2', needs = {}, flavors = {}}: PortSketch): string {
  const lines = Object.entries(needs).map(([kind, list]) => `# ${kind}: ${list.join(' ')}`);
  return [
    `PORTNAME=\t${basename(origin)}`,
    `PORTVERSION=\t${version}`,
    `FLAVORS=\t${Object.keys(flavors).join(' ')}`,
    ...lines,
    '.include <bsd.port.mk>',
    '',
  ].join('\n');
}
