import type {SandboxDependency, SandboxPort, SandboxTree} from './port-model.js';
import {librarySources, programSources, scriptSources} from './port-sources.js';
import {Random} from './random.js';

type Kind = 'library' | 'tool' | 'program' | 'script';

/** A port of the random tree before it becomes one of a generation. */
interface Sketch {
  readonly index: number;
  readonly kind: Kind;
  readonly origin: string;
  readonly name: string;
  readonly uses: readonly Sketch[];
  readonly tools: readonly Sketch[];
  readonly runs: readonly Sketch[];
  readonly flavored: boolean;
  readonly isNewer: boolean;
  /** The newer release has another soname. */
  readonly breaks: boolean;
}

const categories: Readonly<Record<Kind, readonly string[]>> = {
  library: ['devel', 'textproc', 'graphics'],
  tool: ['devel', 'lang'],
  program: ['www', 'misc', 'games'],
  script: ['sysutils'],
};

/**
 * A tree of `count` ports that is the same for the same seed. Later ports need earlier ones, preferring the earliest, so a
 * few libraries have very many dependents. About half of the ports are newer in the new generation.
 */
export function randomTree(count: number, seed: number): SandboxTree {
  const random = new Random(seed);
  const sketches: Sketch[] = [];
  for (let index = 0; index < count; index += 1) sketches.push(sketch(random, index, count, sketches));
  const needed = new Set(sketches.flatMap(({uses, tools, runs}) => [...uses, ...tools, ...runs]));
  return {
    old: {ports: sketches.map((one) => portOf(one, 1)), moved: []},
    new: {ports: sketches.map((one) => portOf(one, 2)), moved: []},
    wanted: sketches.filter((one) => !needed.has(one)).map(({origin}) => origin),
  };
}

function sketch(random: Random, index: number, count: number, earlier: readonly Sketch[]): Sketch {
  // Libraries stand at the bottom and programs on top.
  const height = index / count;
  const draw = random.fraction();
  const kind: Kind =
    draw < 0.8 - 0.6 * height
      ? 'library'
      : draw < 0.88 - 0.6 * height
        ? 'tool'
        : draw < 0.95
          ? 'program'
          : 'script';
  const name = `${{library: 'libr', tool: 'tool', program: 'prog', script: 'script'}[kind]}${String(index + 1).padStart(4, '0')}`;
  const choices = categories[kind];
  const pick = (kinds: readonly Kind[], limit: number): readonly Sketch[] => {
    const candidates = earlier.filter((one) => kinds.includes(one.kind));
    const wanted = random.below(limit + 1, 1.8);
    const picked = new Set<Sketch>();
    for (let tries = 0; tries < wanted; tries += 1) {
      const one = candidates[random.below(candidates.length, 2.5)];
      if (one !== undefined) picked.add(one);
    }
    return [...picked];
  };
  const compiled = kind !== 'script';
  return {
    index,
    kind,
    name,
    origin: `${choices[random.below(choices.length)] ?? 'misc'}/${name}`,
    uses: compiled ? pick(['library'], 6) : [],
    tools: compiled && random.chance(0.35) ? pick(['tool'], 2) : [],
    runs: kind === 'library' ? [] : pick(['program', 'tool', 'script'], 2),
    flavored: kind === 'program' && random.chance(0.1),
    isNewer: random.chance(0.5),
    breaks: kind === 'library' && random.chance(0.08),
  };
}

const softName = ({name}: Sketch): string => name.replace(/^lib/, '');
const softwareGeneration = (one: Sketch, generation: 1 | 2): 1 | 2 => (one.isNewer ? generation : 1);
const isBroken = (library: Sketch): boolean => library.isNewer && library.breaks;

function portOf(one: Sketch, generation: 1 | 2): SandboxPort {
  const own = softwareGeneration(one, generation);
  const version = `1.${one.index % 7}.${own}`;
  // A port that stays as it is has to be built again when a library of its own gets another soname.
  const revision = generation === 2 && !one.isNewer && one.uses.some(isBroken) ? 1 : undefined;
  return {
    origin: one.origin,
    name: one.name,
    version,
    ...(revision === undefined ? {} : {revision}),
    ...(one.index % 41 === 40 ? {epoch: 1} : {}),
    comment: `Random ${one.kind} number ${one.index + 1}`,
    dependencies: dependenciesOf(one, generation),
    ...(one.flavored ? {flavors: flavorsOf(one)} : {}),
    sources: sourcesOf(one, own, generation, version),
  };
}

const abi = (library: Sketch, generation: 1 | 2): number => (isBroken(library) ? generation : 1);

function dependenciesOf(one: Sketch, generation: 1 | 2): readonly SandboxDependency[] {
  return [
    ...one.uses.map((library) => ({
      kind: 'lib' as const,
      line: `lib${softName(library)}.so${library.index % 2 === 0 ? '' : `.${abi(library, generation)}`}:${library.origin}`,
    })),
    ...one.tools.map((tool) => ({kind: 'build' as const, line: `${tool.name}:${tool.origin}`})),
    ...one.runs.map((other) => ({kind: 'run' as const, line: `${runPattern(other)}:${other.origin}`})),
  ];
}

/** A program on PATH, a path, or a version of a package, one after the other. */
function runPattern({name, index}: Sketch): string {
  return [name, `LOCALBASE/bin/${name}`, `${name}>=1`][index % 3] ?? name;
}

function flavorsOf({name}: Sketch): SandboxPort['flavors'] & object {
  return [
    {name: 'small', suffix: '', dependencies: []},
    {name: 'large', suffix: '-large', dependencies: [], makeArguments: `PROGRAM=${name}-large`},
  ];
}

function sourcesOf(one: Sketch, own: 1 | 2, generation: 1 | 2, version: string): SandboxPort['sources'] {
  const spec = {
    name: softName(one),
    version,
    generation: own,
    // What stays as it is was written for the older releases.
    uses: one.uses.map((library) => ({
      name: softName(library),
      generation: one.isNewer ? softwareGeneration(library, generation) : 1,
    })),
  };
  const tools = one.tools.map(({name}) => name);
  switch (one.kind) {
    case 'library':
      return librarySources({...spec, abi: abi(one, generation), tools});
    case 'script':
      return scriptSources(spec, `echo ${one.name} ${version}\n`);
    case 'tool':
    case 'program':
      return programSources({...spec, tools});
  }
}
