/**
 * How long something runs before what comes after it is prepared beside it (milliseconds). A result of an earlier run is there
 * sooner: then nothing may be needed, and nothing is prepared.
 */
const PATIENCE = 2000;

/**
 * Waits for a training, which often leaves processors idle, and prepares what comes after it. What cannot be prepared is told by
 * the stage that needs it.
 */
export async function withMeanwhile<T>(
  training: Promise<T>,
  prepare: (() => Promise<unknown>) | undefined,
  patience: number = PATIENCE,
): Promise<T> {
  if (prepare === undefined) return training;
  const timer = setTimeout(() => void prepare().catch(() => undefined), patience);
  try {
    return await training;
  } finally {
    clearTimeout(timer);
  }
}
