import { kebab } from "../../base/names.ts";
import { functionName } from "./names.ts";
import type { TypedCall } from "./types.ts";

/** One sentence for each deprecated flag that was typed. The flag still works, so the call goes on. */
export function deprecations({ init, links }: TypedCall): string[] {
  return [...(init === undefined ? [] : [init]), ...links].flatMap(({ fn, typed }) =>
    fn.args
      .filter((arg) => arg.deprecated !== undefined && typed.has(arg.name))
      .map((arg) => {
        const instead = arg.deprecated ? `: ${arg.deprecated}` : "";
        return `--${kebab(arg.name)} of ${functionName(fn)} is deprecated${instead}`;
      }),
  );
}
