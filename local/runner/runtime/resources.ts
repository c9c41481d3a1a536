import type { Value } from "../call.ts";
import type { Sdk } from "./sdk.ts";

/** Converts an argument to what the SDK takes: a plain value, or the client of an object of the engine. */
export function clientValue(value: Value, sdk: Sdk): unknown {
  const { dag } = sdk;
  switch (value.kind) {
    case "plain":
      return value.value;
    case "list":
      return value.items.map((item) => clientValue(item, sdk));
    case "directory":
      return dag.host().directory(value.path, value.exclude.length > 0 ? { exclude: [...value.exclude] } : {});
    case "file":
      return dag.host().file(value.path);
    case "secret":
      return dag.secret(value.uri);
    case "container":
      return dag.container().from(value.address);
    case "cache":
      return dag.cacheVolume(value.key);
    default:
      return value satisfies never;
  }
}
