import type {Forecast, ForecastLink} from '../model/forecast.js';
import {countOf} from './count-text.js';
import {durationText} from './duration-text.js';

/** How many ports of a chain are named. */
const mostNamed = 4;

/**
 * How long a run will take, for people: `Forecast: 2 h 40 min with 4 builders (2 builders 4 h 10 min, 8 builders 2 h 05 min);
 * lang/rust → www/firefox alone is 1 h 50 min.`, and what that rests on. One sentence each.
 */
export function forecastSentences(forecast: Forecast): string[] {
  const {measured, estimated, guessed} = forecast.foundation;
  const total = measured + estimated + guessed;
  if (total === 0) return [];
  if (guessed === total) {
    return ['Forecast: none, since nothing was ever built here. The next plan will have one.'];
  }
  const others = forecast.others.map(
    ({builders, ms}) => `${countOf(builders, 'builder')} ${durationText(ms)}`,
  );
  return [
    `Forecast: ${durationText(forecast.ms)} with ${countOf(forecast.builders, 'builder')}` +
      `${others.length === 0 ? '' : ` (${others.join(', ')})`}; ` +
      `${chainText(forecast.chain)} alone is ${durationText(forecast.chainMs)}.`,
    ...(measured === total ? [] : [`${foundationText(forecast, total)}.`]),
  ];
}

/** The ports of the chain that take longest, in their order; `…` stands for those between. */
function chainText(chain: readonly ForecastLink[]): string {
  const named = new Set([...chain].sort((a, b) => b.ms - a.ms).slice(0, mostNamed));
  const parts: string[] = [];
  for (const link of chain) {
    if (named.has(link)) parts.push(link.origin);
    else if (parts.at(-1) !== '…') parts.push('…');
  }
  return parts.join(' → ');
}

function foundationText({foundation}: Forecast, total: number): string {
  const {measured, estimated, guessed} = foundation;
  return [
    `Measured here before: ${measured} of ${countOf(total, 'port')}`,
    ...(estimated > 0 ? [`estimated from other ports: ${estimated}`] : []),
    ...(guessed > 0 ? [`guessed: ${guessed}`] : []),
  ].join('; ');
}
