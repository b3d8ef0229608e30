import { multiTurnTask } from './multiTurn.js';
import { documentAndScreenTask, imageNeedleTasks, negativesTask, textNeedleTask } from './needles.js';
import { oneScreenshotTasks } from './oneScreenshot.js';
import { countErrorsTask, firstChangeTask, frameOrderTask, sameCodeTask, spotDifferenceTask } from './overImages.js';
import type { Task } from './task.js';

/**
 * Raised whenever the samples, the questions or the scorers change: results of different versions are never mixed, and
 * the bands recorded for one say nothing about another. What the model makes of them is told in
 * media/model/MODEL_CARD.md.
 */
export const suiteVersion = 2;
export const modelCard = 'media/model/MODEL_CARD.md';

/** In the order of the report. */
export const tasks: readonly Task[] = [
  ...oneScreenshotTasks,
  ...imageNeedleTasks,
  textNeedleTask,
  firstChangeTask,
  frameOrderTask,
  spotDifferenceTask,
  countErrorsTask,
  sameCodeTask,
  negativesTask,
  documentAndScreenTask,
  multiTurnTask,
];
