import type {EstimateOf} from '../src/model/estimate.js';
import type {Plan} from '../src/model/plan.js';
import {buildPlan} from '../src/planning/build-plan.js';
import {treeFacts} from './tree-facts.js';
import {readTreeFixture} from './tree-fixture.js';

/** The plan of the whole tree, or of so many ports of it that need no others: each port a step, as portmaster's `-a`. */
export function planOfTree(ports?: number, estimate?: EstimateOf): Plan {
  const {facts} = treeFacts(readTreeFixture(), ports);
  const request = {all: true, origins: [], force: false, exclude: [], fetchOnly: false};
  return buildPlan(facts, request, estimate === undefined ? {} : {estimate});
}

export function portsArgument(text: string | undefined): number | undefined {
  const ports = Number(text);
  return Number.isInteger(ports) && ports > 0 ? ports : undefined;
}
