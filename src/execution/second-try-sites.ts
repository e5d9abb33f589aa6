/** One of the files that a port fetches, with the addresses it can be had from, in the framework's order. */
interface Source {
  readonly file: string;
  readonly sites: readonly string[];
}

/**
 * The sites that have not been asked yet for what a fetch did not get, in the framework's order. They are to go before all
 * others (`MASTER_SITE_OVERRIDE`), since do-fetch.sh would begin with the first one again: a site that gives a file of the
 * right size and the wrong content is asked each time, and those after it never.
 *
 * @param files ALLFILES, as make answers it
 * @param addresses what the target fetch-urlall-list prints: an address for each file and site
 * @param log the log of the fetch that failed
 */
export function sitesNotAsked(
  files: readonly string[],
  addresses: readonly string[],
  log: string,
): readonly string[] {
  const asked = new Set([...log.matchAll(/^=> Attempting to fetch (\S+)$/gm)].map(([, address]) => address));
  const wrong = wrongFiles(log);
  const sources = sourcesOf(files, addresses);
  const bad = sources.filter(({file}) => wrong.some((name) => name === file || name.endsWith(`/${file}`)));
  const lastAsked = [...asked].at(-1);
  const failed =
    bad.length > 0
      ? bad
      : sources.filter(({file, sites}) => sites.some((site) => `${site}${file}` === lastAsked));
  return [
    ...new Set(failed.flatMap(({file, sites}) => sites.filter((site) => !asked.has(`${site}${file}`)))),
  ];
}

/** Files whose content was wrong (Mk/Scripts/checksum.sh), below DISTDIR. */
function wrongFiles(log: string): string[] {
  return [...log.matchAll(/^=> \w+ Checksum mismatch for (\S+)\.$/gm)].map(([, name = '']) => name);
}

function sourcesOf(files: readonly string[], addresses: readonly string[]): Source[] {
  // The longest first: one file's name may be the end of another's.
  const byLength = files.toSorted((a, b) => b.length - a.length);
  const sites = new Map<string, string[]>(files.map((file) => [file, []]));
  for (const address of addresses) {
    const file = byLength.find((name) => address.endsWith(name));
    if (file !== undefined) sites.get(file)?.push(address.slice(0, -file.length));
  }
  return files.map((file) => ({file, sites: sites.get(file) ?? []}));
}
