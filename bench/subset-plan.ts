// Prints the plan of the first N ports of the tree as JSON, for processes whose own memory counts: node dist/bench/subset-plan.js N
import {skewedDurations} from './durations.js';
import {planOfTree, portsArgument} from './tree-plan.js';

process.stdout.write(`${JSON.stringify(planOfTree(portsArgument(process.argv[2]), skewedDurations))}\n`);
