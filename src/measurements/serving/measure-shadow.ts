import type { Container } from "@dagger.io/dagger";
import { pythonBase } from "../../containers/images.ts";
import { RESULTS } from "../../containers/paths.ts";
import { UserError } from "../../errors.ts";
import { recordedFile } from "../../project/serving/requests.ts";
import type { MeasurementContext } from "../context.ts";
import { type Measured, missing, notServed, present } from "../measured.ts";
import { requestPredictions } from "./predict.ts";
import { compareReplay, readRequests } from "./replay.ts";
import type { ShadowSettings } from "./settings.ts";
import type { ShadowReplay } from "./shadow.ts";

export interface ShadowImages {
  readonly candidate: Container;
  /** The image in production. */
  readonly baseline: Container;
}

const FILE = `${RESULTS}/requests.jsonl`;
/** More requests than this say nothing new, and take long. */
const MAX_REQUESTS = 2000;

/**
 * Replays the recorded requests to production and to the candidate, to both at the same time, and then to production once
 * more: what it answers otherwise the second time is noise, which no candidate can avoid.
 *
 * @throws UserError for a malformed file, before anything is served
 */
export async function measureShadow(
  context: MeasurementContext,
  { candidate, baseline }: ShadowImages,
  { requests, rate, tolerance }: ShadowSettings,
): Promise<Measured<ShadowReplay>> {
  const { source, requests: own } = context.project;
  const path = requests ?? recordedFile(own);
  if (!(await source.exists(path))) return missing(`the project has no ${path}`);
  const recorded = source.file(path);
  const all = readRequests(path, await recorded.contents());
  if (all.length === 0) return missing(`${path} has no requests`);
  if (rate === "recorded" && all.some((request) => request.at === undefined)) {
    throw new UserError(
      `gates.shadow.rate is "recorded", and not every line of ${path} is {"at": seconds, "instance": …}.`,
    );
  }
  const container = pythonBase(context).withMountedFile(FILE, recorded);
  const instances = { container, file: FILE, rows: false };
  const response = await requestPredictions(context, { production: baseline, candidate }, instances, {
    limit: MAX_REQUESTS,
    pace: rate,
    again: "production",
  });
  if ("reason" in response) return notServed(response);
  const { candidate: ours = [], production = [], again = [] } = response.output.answers;
  const replay = compareReplay(
    all.slice(0, MAX_REQUESTS),
    { candidate: ours, production, again },
    {
      tolerance,
      confidence: context.config.evaluation.confidence,
      rate: rate ?? "as fast as answered",
    },
  );
  return present({ ...replay, ...(all.length > MAX_REQUESTS ? { recorded: all.length } : {}) }, response.run);
}
