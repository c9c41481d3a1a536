import type { Container } from "@dagger.io/dagger";
import { UserError } from "../../errors.ts";
import type { MeasurementContext } from "../context.ts";
import { type Measured, missing, notServed, present } from "../measured.ts";
import { type FailureModeCase, judgeCase, readCases } from "./case-files.ts";
import type { CaseResults } from "./cases.ts";
import { givenInstances } from "./instances.ts";
import { requestPredictions } from "./predict.ts";

const FOLDER = "tests/failure_modes";

/**
 * Sends each of the project's failure modes to the served model, one request a case.
 *
 * @throws UserError for a line that is no case, before anything is served
 */
export async function measureCases(context: MeasurementContext, image: Container): Promise<Measured<CaseResults>> {
  const cases = await casesOf(context);
  if (cases.length === 0) return missing(`the project has no ${FOLDER}/*.jsonl`);
  const instances = givenInstances(
    context,
    cases.map(({ instance }) => instance),
  );
  const response = await requestPredictions(context, { candidate: image }, instances, {});
  if ("reason" in response) return notServed(response);
  const answers = response.output.answers.candidate ?? [];
  const results = cases.map((one, index) => {
    const answer = answers[index];
    if (answer === undefined)
      throw new UserError(`The served model was asked about ${answers.length} of ${cases.length} failure modes.`);
    return judgeCase(one, answer);
  });
  return present({ cases: results }, response.run);
}

async function casesOf({ project }: MeasurementContext): Promise<FailureModeCase[]> {
  const files = await project.source.glob(`${FOLDER}/*.jsonl`);
  const texts = await Promise.all(
    [...files].sort().map(async (file) => readCases(file, await project.source.file(file).contents())),
  );
  return texts.flat();
}
