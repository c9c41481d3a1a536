import { variables } from "../../../engine/exec/environment.ts";
import { withConfig } from "../../../engine/values/container.ts";
import { expand, text } from "../arguments.ts";
import { lists, makes, reads } from "../define.ts";
import { expanded } from "./exec.ts";

const name = text("The variable's name.");

/** Environment variables. They count in the cache key of an exec and are part of the image. */
export const envVariables = [
  makes("Container", "Container", "withEnvVariable", {
    doc: "Sets an environment variable.",
    args: { name, value: text("Its value."), expand },
    apply: (container, { name, value, expand }) => {
      const entry = `${name}=${expanded(container, value, expand)}`;
      const env = container.config.env;
      const at = env.findIndex((other) => other.startsWith(`${name}=`));
      return withConfig(container, { env: at < 0 ? [...env, entry] : env.with(at, entry) });
    },
  }),
  makes("Container", "Container", "withoutEnvVariable", {
    doc: "Removes an environment variable.",
    args: { name },
    apply: (container, { name }) =>
      withConfig(container, { env: container.config.env.filter((entry) => !entry.startsWith(`${name}=`)) }),
  }),
  reads("Container", "String", "envVariable", {
    doc: "The value of an environment variable, or nothing.",
    args: { name },
    read: (container, { name }) => variables(container)[name] ?? null,
  }),
  lists("Container", "EnvVariable", "envVariables", {
    doc: "All environment variables but secret and volatile ones.",
    list: (container) => Object.entries(variables(container)).map(([name, value]) => ({ name, value })),
  }),
];
