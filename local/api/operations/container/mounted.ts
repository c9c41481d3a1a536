import type { Container, ContainerMount } from "../../../engine/values/container.ts";
import { absolutePath } from "../../../engine/values/locate.ts";
import { expanded } from "./exec.ts";

/** Adds a mount, in place of what was mounted at the same path. */
export function mounted(
  container: Container,
  { path, expand }: { readonly path: string; readonly expand: boolean },
  mount: (target: string) => ContainerMount,
): Container {
  const target = absolutePath(container, expanded(container, path, expand));
  const others = container.mounts.filter((other) => other.target !== target);
  return { ...container, pristine: false, mounts: [...others, mount(target)] };
}
