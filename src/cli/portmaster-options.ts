/** What to do instead of an option of portmaster's that portpar does not have (portmaster(8)). */
const instead: Readonly<Record<string, string>> = {
  '-i': 'leave ports out with -x, or name those you want',
  '-r': 'name the ports that depend on it',
  '-R': 'finished packages are kept, and upgraded ports are up to date: the same command simply goes on',
  '-o': 'renames in MOVED are followed; for others use pkg set -o',
  '-U': 'with -a only what is out of date is built',
  '-t': 'what a port needs is always followed all the way',
  '-w': 'old shared libraries are not kept',
  '-e': 'use pkg delete',
  '-s': 'use pkg autoremove',
  '-d': 'distfiles are never deleted',
  '-P': 'everything is built from ports',
  '--packages': 'everything is built from ports',
  '--packages-only': 'everything is built from ports',
  '--update-if-newer': 'with -a only what is out of date is built',
  '--no-term-title': 'no title is ever set',
  '--force-config': 'run make config in the port first',
  '--list-origins': 'portpar --json -l has the origins',
  '--show-work': '-n shows what would be installed',
  '--try-broken': 'use -m -DTRYBROKEN',
  '--clean-distfiles': 'distfiles are never deleted',
  '--check-depends': 'use pkg check -d -a',
  '--index': 'the ports themselves are read',
  '--index-only': 'the ports themselves are read',
};

/** The hint for a complaint about an unknown option, where it is one of portmaster's. */
export function portmasterHint(message: string): {hint?: string} {
  const [, given = ''] = /^unknown option '(-[^']+)'/.exec(message) ?? [];
  // Of letters given together the first is the one that is not known.
  const option = /^-[A-Za-z]+$/.test(given) ? given.slice(0, 2) : given;
  const advice = Object.hasOwn(instead, option) ? instead[option] : undefined;
  return advice === undefined ? {} : {hint: `portmaster's ${option} is not in portpar: ${advice}.`};
}
