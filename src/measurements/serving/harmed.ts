import { pairedDifference } from "../../statistics/proportion.ts";
import type { CaseResults } from "./cases.ts";
import type { LoadTest, ServedLoad } from "./load.ts";
import { toLoadTest } from "./measure-load.ts";
import type { ServedRows } from "./served.ts";
import type { ShadowReplay } from "./shadow.ts";

/* What would have been measured of a worse server, from what was measured of the one that there is. */

/** The load test of a server that answers each request so much later. */
export function delayed(load: LoadTest, milliseconds: number, confidence: number): LoadTest {
  const { candidate, baseline } = load;
  const settings = {
    requests: candidate.single.samples.length,
    batchSize: candidate.batch?.size ?? 1,
    users: candidate.throughput.users,
  };
  const later = toLoadTest(
    { candidate: rawOf(candidate, milliseconds), ...(baseline === undefined ? {} : { baseline: rawOf(baseline, 0) }) },
    settings,
    confidence,
  );
  // Without a comparison there was none of the server as it is.
  const { comparison, ...alone } = later;
  return load.comparison === undefined || comparison === undefined ? alone : { ...alone, comparison };
}

function rawOf({ single, batch, throughput, peakMemoryBytes, readySeconds, errors }: ServedLoad, milliseconds: number) {
  const later = (samples: readonly number[]): number[] => samples.map((sample) => sample + milliseconds);
  const { users, perSecond } = throughput;
  return {
    single: later(single.samples),
    batch: later(batch?.samples ?? []),
    // Each client waits for its answer before it sends the next request.
    answered: perSecond === 0 ? 0 : users / (users / perSecond + milliseconds / 1000),
    seconds: 1,
    readySeconds: readySeconds ?? null,
    ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }),
    errors: errors.count,
    examples: errors.examples,
  };
}

/** Of the evaluated rows so many more are answered otherwise. */
export const servedOtherwise = (served: ServedRows, rows: number): ServedRows =>
  "uncompared" in served ? served : { ...served, agreed: Math.max(0, served.agreed - rows) };

/** Of the cases that hold the first ones do not. */
export function broken({ cases }: CaseResults, count: number): CaseResults {
  let left = count;
  return { cases: cases.map((one) => (one.held && left-- > 0 ? { ...one, held: false } : one)) };
}

/** Of the recorded requests so many more are answered otherwise than production does. */
export function disagreeing(replay: ShadowReplay, count: number, confidence: number): ShadowReplay {
  const agreed = Math.max(0, replay.agreed - count);
  const pairs = Array.from({ length: replay.requests }, (_, at): [boolean, boolean] => [
    at < replay.repeated,
    at < agreed,
  ]);
  const { value, interval } = pairedDifference(pairs, confidence);
  return {
    ...replay,
    agreed,
    agreement: {
      value: Math.min(1, 1 - value),
      interval: { low: 1 - interval.high, high: Math.min(1, 1 - interval.low) },
    },
  };
}
