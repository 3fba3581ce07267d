/** Plans, completion and targets, in one module that is loaded when somebody asks for one: a check needs none of it. */
export { joinParts } from '../changes/types';
export { completeAt } from './features/completion/completion';
export { targetsOfAll } from './key-state/targets';
export { createEffects } from './plans/effects';
export { changesFiles } from './plans/feasibility';
export { createPlanner, remedyOf, summaryOf } from './plans/planner';
