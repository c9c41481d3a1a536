import { posix } from "node:path";
import type { Container, ContainerMount } from "./container.ts";

/** Resolves `path` as the container does: a relative path starts at the working directory. */
export function absolutePath(container: Container, path: string): string {
  const absolute = posix.resolve("/", container.config.workdir || "/", path);
  return absolute;
}

/**
 * Finds the mount that hides the absolute `path`, and the path within that mount. Undefined when nothing is mounted
 * over it.
 */
export function mountOver(
  container: Container,
  path: string,
): { readonly mount: ContainerMount; readonly path: string } | undefined {
  let best: ContainerMount | undefined;
  for (const mount of container.mounts) {
    const covers = path === mount.target || path.startsWith(mount.target === "/" ? "/" : `${mount.target}/`);
    if (covers && (best === undefined || mount.target.length >= best.target.length)) best = mount;
  }
  return best && { mount: best, path: posix.relative(best.target, path) };
}
