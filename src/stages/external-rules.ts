import { statusOf } from "../checks/decide.ts";
import { messageOf } from "../checks/findings.ts";
import { sentence } from "../checks/sentence.ts";
import { externalCommand } from "../config/external-command.ts";
import { dataMounts } from "../containers/app.ts";
import { runExternal } from "../containers/external/run.ts";
import { DATA } from "../containers/paths.ts";
import { counted } from "../text.ts";
import { defineStage, withReadyData } from "./definition.ts";
import { inContainer, takesData, together } from "./inputs.ts";
import { READY_DATA } from "./ready-data.ts";
import type { Outcome } from "./stage.ts";

/** Asks the project's own rules on data that are commands (`data.external`), side by side: each check of each must be kept. */
export const externalRules = defineStage({
  name: "external rules",
  step: "Check",
  page: "extending",
  needs: READY_DATA,
  when: ({ context }) => Object.keys(context.config.data.external ?? {}).length > 0,
  depends: async (inputs) =>
    together(takesData(inputs), inContainer(inputs), {
      folders: { source: inputs.context.project.app },
      settings: { data: { external: inputs.context.config.data.external } },
      installs: "runtime",
    }),
  async run(inputs, ready): Promise<Outcome<void>> {
    const context = withReadyData(inputs, ready);
    const results = await Promise.all(
      Object.entries(context.config.data.external ?? {}).map(async ([name, table]) => {
        const command = externalCommand(`data.external.${name}`, table);
        const { checks, run } = await runExternal(context, {
          command,
          request: { schemaVersion: 1, kind: "data-rule", name, settings: command.settings, data: DATA },
          mounts: dataMounts(context.project, context.data),
          variables: { DATA_DIR: DATA },
        });
        return { name, checks, run, status: statusOf(checks, true) };
      }),
    );
    const runs = results.map(({ run }) => run);
    const broken = results.filter(({ status }) => status !== "passed");
    const warnings = results.flatMap(({ name, checks }) =>
      checks
        .filter(({ reason }) => reason?.code === "external-warning")
        .map((check) => `${sentence(check, "passed")} (data.external.${name})`),
    );
    if (broken.length > 0) {
      const message = broken
        .map(({ name, checks, status }) => `${messageOf(status, checks)} (data.external.${name})`)
        .join("; ");
      return { status: "failed", message, warnings, runs };
    }
    const checks = results.reduce((sum, one) => sum + one.checks.length, 0);
    const message = `${counted(checks, "check")} of ${counted(results.length, "rule")} kept`;
    return { status: "passed", message, value: undefined, warnings, runs };
  },
});
