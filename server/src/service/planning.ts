/** Plans, completion and targets, in one module that is loaded when somebody asks for one: a check needs none of it. */
export { joinParts } from '../changes/types';
export { completeAt } from './complete';
export { createEffects } from './effects';
export { changesFiles } from './feasible';
export { createPlanner, remedyOf, summaryOf } from './planner';
export { targetsOfAll } from './targets';
