import { posix } from "node:path";
import type { Container, ContainerMount } from "./container.ts";

/** `path` as the container means it: relative paths count from its working directory. */
export function absolutePath(container: Container, path: string): string {
  const absolute = posix.resolve("/", container.config.workdir || "/", path);
  return absolute;
}

/** The mount that hides `path` (absolute), and the path within that mount; undefined when the root itself shows. */
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
