import type { DataInspection } from "../data/inspection.ts";
import { grouped } from "../text.ts";
import { defineStage } from "./definition.ts";
import { fetchWindow, requireRetraining } from "./fetch-window.ts";
import type { Outcome } from "./stage.ts";
import { validateData } from "./validate-data.ts";

/**
 * Holds the window against the rules of the data, but for that on the number of rows, which is about all of them: a window has one of
 * its own. What breaks a rule is not trained on.
 */
export const validateWindow = defineStage({
  name: "validate window",
  step: "Check",
  page: "retraining",
  needs: { fetched: fetchWindow },
  async run(inputs, { fetched }): Promise<Outcome<DataInspection>> {
    requireRetraining(inputs);
    if (fetched === undefined) throw new Error("a window was to be validated without its data");
    const { context } = inputs;
    const { data, retraining } = context.config;
    const tables =
      data.tables === undefined
        ? undefined
        : Object.fromEntries(Object.entries(data.tables).map(([name, table]) => [name, { ...table, "min-rows": 0 }]));
    const config = { ...context.config, data: { ...data, "min-rows": 0, ...(tables && { tables }) } };
    const ofWindow = { context: { ...context, config }, data: fetched };
    const outcome = await validateData.run(ofWindow, { pulled: undefined, fetched: undefined, prepared: undefined });
    if (outcome.status !== "passed") return outcome;
    const least = retraining["min-rows"];
    const { rows } = outcome.value;
    if (rows >= least) return outcome;
    return {
      ...{ status: "failed", evidence: outcome.evidence ?? {}, runs: outcome.runs ?? [] },
      message: `the window is starved: it has ${grouped(rows)} rows, and at least ${grouped(least)} are needed (retraining.min-rows)`,
    };
  },
});
