import type {ListedPackage, PackageClass} from '../model/listing.js';
import {packageLabel} from '../model/package.js';
import {cleanLine} from './clean-text.js';
import {countOf} from './count-text.js';
import {leftOutReasonText} from './reason-text.js';
import {makePalette, type Palette} from './palette.js';
import {stableJson} from './stable-json.js';

/** The arrows that portmaster puts before every line; scripts look for them. */
const mark = '===>>>';

const classes: readonly PackageClass[] = ['root', 'trunk', 'branch', 'leaf'];

const headings = {
  root: 'Root ports (No dependencies, not depended on)',
  trunk: 'Trunk ports (No dependencies, are depended on)',
  branch: 'Branch ports (Have dependencies, are depended on)',
  leaf: 'Leaf ports (Have dependencies, not depended on)',
} satisfies Record<PackageClass, string>;

export interface ListingOptions {
  /** `-L`: also what an upgrade would bring, and what stands against it. */
  readonly withVersions: boolean;
  readonly palette?: Palette;
}

/**
 * The installed ports by their place among the others, in portmaster's form: headings, one line for each port, its news (`-L`)
 * indented below it, counts. Lines are never cut. Ends with a newline.
 */
export function listingText(packages: readonly ListedPackage[], options: ListingOptions): string {
  const palette = options.palette ?? makePalette({color: false});
  const sections = classes.flatMap((name) => {
    const members = byName(packages.filter((item) => item.class === name));
    return [
      palette.strong(`${mark} ${headings[name]}`),
      ...members.flatMap((item) => [
        entryLine(item, palette),
        ...(options.withVersions ? newsLines(item, palette) : []),
      ]),
      `${mark} ${countOf(members.length, `${name} port`)}`,
      '',
    ];
  });
  return [...sections, ...countLines(packages, options), ''].join('\n');
}

/** The same facts as one JSON document: the ports, by name, and the counts. */
export function listingJson(
  packages: readonly ListedPackage[],
  options: Pick<ListingOptions, 'withVersions'>,
): string {
  return stableJson({ports: byName(packages), counts: countsOf(packages, options.withVersions)});
}

function byName(packages: readonly ListedPackage[]): ListedPackage[] {
  return [...packages].sort((one, other) => (one.name < other.name ? -1 : Number(one.name > other.name)));
}

function entryLine(item: ListedPackage, palette: Palette): string {
  const marks = [...(item.automatic ? ['automatic'] : []), ...(item.locked ? ['locked'] : [])];
  const line = `${mark} ${packageLabel(item)}`;
  return marks.length === 0 ? line : `${line} ${palette.dim(`(${marks.join(', ')})`)}`;
}

function newsLines(item: ListedPackage, palette: Palette): string[] {
  const {upgrade, problem, deprecated, newerThanTree} = item;
  const expires = deprecated?.expires === undefined ? '' : ` (expires on ${deprecated.expires})`;
  return [
    ...(upgrade === undefined
      ? []
      : [
          palette.good(`New version available: ${packageLabel(upgrade)}`),
          ...(upgrade.origin === item.origin ? [] : [`Moved from ${item.origin} to ${upgrade.origin}`]),
        ]),
    ...(newerThanTree === undefined ? [] : [`Newer than the ports tree, which has ${newerThanTree}`]),
    ...(problem === undefined
      ? []
      : [palette.doubtful(`Cannot be upgraded: ${leftOutReasonText(problem, item.name)}`)]),
    ...(deprecated === undefined
      ? []
      : [palette.doubtful(`Deprecated: ${cleanLine(deprecated.text)}${expires}`)]),
  ].map((line) => `\t${mark} ${line}`);
}

interface ListingCounts {
  readonly total: number;
  readonly root: number;
  readonly trunk: number;
  readonly branch: number;
  readonly middle: number;
  readonly leaf: number;
  readonly newVersions?: number;
  readonly cannotBeUpgraded?: number;
}

function countsOf(packages: readonly ListedPackage[], withVersions: boolean): ListingCounts {
  const count = (test: (item: ListedPackage) => boolean): number => packages.filter(test).length;
  const trunk = count((item) => item.class === 'trunk');
  const branch = count((item) => item.class === 'branch');
  return {
    total: packages.length,
    root: count((item) => item.class === 'root'),
    trunk,
    branch,
    middle: trunk + branch,
    leaf: count((item) => item.class === 'leaf'),
    ...(withVersions
      ? {
          newVersions: count((item) => item.upgrade !== undefined),
          cannotBeUpgraded: count((item) => item.problem !== undefined),
        }
      : {}),
  };
}

function countLines(packages: readonly ListedPackage[], {withVersions}: ListingOptions): string[] {
  const counts = countsOf(packages, withVersions);
  const middle = `${counts.middle} middle (${counts.trunk} trunk, ${counts.branch} branch)`;
  return [
    `${mark} ${countOf(counts.total, 'total installed port')}`,
    `\t${mark} ${counts.root} root, ${middle}, ${counts.leaf} leaf`,
    ...(withVersions
      ? [
          `\t${mark} ${newVersionsText(counts.newVersions ?? 0)}`,
          `\t${mark} ${counts.cannotBeUpgraded ?? 0} cannot be upgraded`,
        ]
      : []),
  ];
}

/** portmaster's own words. */
function newVersionsText(count: number): string {
  if (count === 0) return 'There are no new versions available';
  return count === 1 ? '1 has a new version available' : `${count} have new versions available`;
}
