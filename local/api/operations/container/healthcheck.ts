import { formatDuration, parseDuration } from "../../../base/duration.ts";
import { withConfig } from "../../../engine/values/container.ts";
import type { Healthcheck } from "../../../images/types.ts";
import { optionalFlag, optionalInteger, optionalText, texts } from "../arguments.ts";
import { finds, makes, reads } from "../define.ts";

/** The image's health check. This engine does not run it. */
export const healthcheck = [
  makes("Container", "Container", "withDockerHealthcheck", {
    doc: "Sets the image's health check.",
    args: {
      args: texts("The command."),
      shell: optionalFlag("Run it by the image's shell."),
      interval: optionalText("Between two checks: `30s`."),
      timeout: optionalText("Of one check."),
      startPeriod: optionalText("Time to start in, during which failures do not count."),
      startInterval: optionalText("Between two checks while it starts."),
      retries: optionalInteger("How many failures in a row count."),
    },
    apply: (container, { args, shell, interval, timeout, startPeriod, startInterval, retries }) => {
      const healthcheck: Healthcheck = {
        test: [shell ? "CMD-SHELL" : "CMD", ...args],
        ...(interval && { interval: parseDuration(interval) }),
        ...(timeout && { timeout: parseDuration(timeout) }),
        ...(startPeriod && { startPeriod: parseDuration(startPeriod) }),
        ...(startInterval && { startInterval: parseDuration(startInterval) }),
        ...(retries !== undefined && { retries }),
      };
      return withConfig(container, { healthcheck });
    },
  }),
  makes("Container", "Container", "withoutDockerHealthcheck", {
    doc: "Removes the image's health check.",
    apply: (container) => {
      const { healthcheck: _gone, ...config } = container.config;
      return { ...container, pristine: false, config };
    },
  }),
  finds("Container", "HealthcheckConfig", "dockerHealthcheck", {
    doc: "The image's health check, if it has one.",
    find: (container) => container.config.healthcheck,
  }),
  reads("HealthcheckConfig", "[String!]!", "args", { doc: "The command.", read: ({ test }) => test.slice(1) }),
  reads("HealthcheckConfig", "Boolean!", "shell", {
    doc: "Whether the image's shell runs it.",
    read: ({ test }) => test[0] === "CMD-SHELL",
  }),
  reads("HealthcheckConfig", "Int!", "retries", {
    doc: "How many failures in a row count.",
    read: ({ retries }) => retries ?? 0,
  }),
  ...(["interval", "timeout", "startPeriod", "startInterval"] as const).map((name) =>
    reads("HealthcheckConfig", "String!", name, {
      doc: "See `withDockerHealthcheck`.",
      read: (check) => formatDuration(check[name] ?? 0),
    }),
  ),
];
