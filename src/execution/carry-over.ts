import type {CommandSpec} from '../model/command.js';
import type {PackageState, PkgClient} from './pkg-client.js';

/**
 * Annotations that the framework writes into every package (Mk/Scripts/create-manifest.sh) and pkg(8) into every
 * installed one: they describe one build, so that those of the old version must not come back with the new one.
 */
const buildAnnotations: ReadonlySet<string> = new Set([
  ...['FreeBSD_version', 'build_timestamp', 'built_by', 'cpe', 'deprecated', 'expiration_date', 'flavor'],
  ...['no_provide_shlib', 'port_checkout_unclean', 'port_git_hash', 'ports_top_checkout_unclean'],
  ...['ports_top_git_hash', 'relocated', 'repo_type', 'repository'],
]);

/**
 * The commands that give an installed package what belonged to the one before it and not to its build: the automatic and
 * vital flags and people's annotations. `pkg install` of a file keeps none of them.
 */
export function carryOver(pkg: PkgClient, old: PackageState, now: PackageState): CommandSpec[] {
  const tags = [...old.annotations].filter(
    ([tag]) => !now.annotations.has(tag) && !buildAnnotations.has(tag),
  );
  return [
    ...(now.automatic === old.automatic ? [] : [pkg.setAutomatic(now.name, old.automatic)]),
    ...(old.vital && !now.vital ? [pkg.setVital(now.name)] : []),
    ...tags.map(([tag, value]) => pkg.annotate(now.name, tag, value)),
  ];
}
