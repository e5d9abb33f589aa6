import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {forecastSentences} from '../../../src/logging/forecast-text.js';
import type {EstimateBasis} from '../../../src/model/estimate.js';
import {makeForecast} from '../../../src/scheduling/forecast.js';
import {node, weighted} from '../../rig/nodes.js';

const minute = 60_000;
const options = {builders: 4, fetchers: 2, jobsTotal: 1, cores: 64};

function build(
  name: string,
  minutes: number,
  waitsFor: readonly string[] = [],
  basis: EstimateBasis = 'measured',
) {
  return node(`build ${name}`, {
    waitsFor: waitsFor.map((on) => `build ${on}`),
    expected: {ms: minutes * minute, basis},
  });
}

const rust = [build('lang/rust', 80), build('www/firefox', 30, ['lang/rust'])];
const others = Array.from({length: 38}, (_, index) => build(`misc/p${index}`, 10));

describe('a forecast', () => {
  const forecast = makeForecast(weighted([...rust, ...others]), options);

  test('says how long it takes, and what more or fewer builders would change', () => {
    assert.equal(forecast.ms, 130 * minute);
    assert.deepEqual(forecast.others, [
      {builders: 2, ms: 250 * minute},
      {builders: 8, ms: 110 * minute},
    ]);
  });

  test('names the chain that no number of builders makes shorter', () => {
    assert.deepEqual(forecast.chain, [
      {origin: 'lang/rust', ms: 80 * minute},
      {origin: 'www/firefox', ms: 30 * minute},
    ]);
    assert.equal(forecast.chainMs, 110 * minute);
  });

  test('reads as one sentence where everything was measured', () => {
    assert.deepEqual(forecastSentences(forecast), [
      'Forecast: 2 h 10 min with 4 builders (2 builders 4 h 10 min, 8 builders 1 h 50 min); ' +
        'lang/rust → www/firefox alone is 1 h 50 min.',
    ]);
  });

  test('says what it rests on where not everything was measured', () => {
    const mixed = makeForecast(
      weighted([...rust, build('a/a', 1, [], 'median'), build('a/b', 1, [], 'distfiles')]),
      options,
    );
    assert.equal(
      forecastSentences(mixed)[1],
      'Measured here before: 2 of 4 ports; estimated from other ports: 2.',
    );
  });

  test('is none where nothing was ever measured', () => {
    const blind = makeForecast(weighted([build('a/a', 1, [], 'guess')]), options);
    assert.deepEqual(forecastSentences(blind), [
      'Forecast: none, since nothing was ever built here. The next plan will have one.',
    ]);
    assert.deepEqual(forecastSentences(makeForecast([], options)), []);
  });

  test('names of a long chain the ports that take longest, in their order', () => {
    const chain = Array.from({length: 9}, (_, index) =>
      build(`a/p${index}`, index % 2 === 1 ? 20 : 1, index === 0 ? [] : [`a/p${index - 1}`]),
    );
    const [text = ''] = forecastSentences(makeForecast(weighted(chain), options));
    assert.match(text, /; … → a\/p1 → … → a\/p3 → … → a\/p5 → … → a\/p7 → … alone is 1 h 25 min\.$/);
  });
});
