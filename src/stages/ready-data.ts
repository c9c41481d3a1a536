import { DATA } from "../containers/paths.ts";
import { completeData, dataInputs } from "./data-command.ts";
import { defineStage, type RunInputs, type StageData, withReadyData } from "./definition.ts";
import { pullData } from "./pull-data.ts";
import type { Outcome } from "./stage.ts";

/** Brings the data by the project's own command, which writes beside what was given. */
export const fetchData = defineStage({
  name: "fetch data",
  step: "Check",
  page: "configuration",
  needs: { pulled: pullData },
  when: ({ context }: RunInputs) => context.project.entryPoints.fetch !== undefined,
  depends: async (inputs) => dataInputs(inputs, "fetch"),
  run(inputs, ready): Promise<Outcome<StageData>> {
    const { fetch } = inputs.context.project.entryPoints;
    if (fetch === undefined) throw new Error("data were to be fetched by no command");
    return completeData(withReadyData(inputs, ready), fetch, { name: "fetch", output: DATA });
  },
});

/** Makes of the data what is trained on, by the project's own command: what it writes is added to the data. */
export const prepareData = defineStage({
  name: "prepare data",
  step: "Check",
  page: "configuration",
  needs: { pulled: pullData, fetched: fetchData },
  when: ({ context }: RunInputs) => context.project.entryPoints.prepare !== undefined,
  depends: async (inputs) => dataInputs(inputs, "prepare"),
  run(inputs, ready): Promise<Outcome<StageData>> {
    const { prepare } = inputs.context.project.entryPoints;
    if (prepare === undefined) throw new Error("data were to be prepared by no command");
    return completeData(withReadyData(inputs, ready), prepare, { name: "prepare" });
  },
});

/** The stages that make the data ready, for what needs them. */
export const READY_DATA = { pulled: pullData, fetched: fetchData, prepared: prepareData } as const;
