const heading = /^(On install|On upgrade|On remove|Always)\b.*:$/;

/**
 * Picks from the answer of `pkg info -q -D NAME` what pkg(8) shows at an installation, or at an upgrade: the texts for that
 * occasion and those for every occasion. A message without headings is for every occasion.
 */
export function messageFor(occasion: 'install' | 'upgrade', answer: string): string {
  const wanted = occasion === 'install' ? 'On install' : 'On upgrade';
  const lines: string[] = [];
  let isWanted = true;
  for (const line of answer.split('\n')) {
    const [, when] = heading.exec(line) ?? [];
    if (when === undefined) {
      if (isWanted) lines.push(line);
    } else isWanted = when === wanted || when === 'Always';
  }
  return lines.join('\n').trim();
}
