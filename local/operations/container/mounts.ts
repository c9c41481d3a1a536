import { Lazy } from "../../server/lazy.ts";
import type { CacheSharing, Container, ContainerMount } from "../../server/values/container.ts";
import { absolutePath } from "../../server/values/locate.ts";
import { choice, expand, flag, integerOr, object, optionalInteger, optionalObject, owner, text } from "../arguments.ts";
import { makes, reads } from "../define.ts";
import { expanded } from "./exec.ts";

const path = text("Where in the container.");

/** `container` with a mount at a path, instead of what was mounted at the same path. */
function mounted(
  container: Container,
  { path, expand }: { readonly path: string; readonly expand: boolean },
  mount: (target: string) => ContainerMount,
): Container {
  const target = absolutePath(container, expanded(container, path, expand));
  const others = container.mounts.filter((other) => other.target !== target);
  return { ...container, pristine: false, mounts: [...others, mount(target)] };
}

/** What a container sees besides its root; mounts are no part of the image. */
export const mounts = [
  makes("Container", "Container", "withMountedDirectory", {
    doc: "Mounts a directory. What commands write to it is seen by later ones; the directory itself stays as it is.",
    args: { path, source: object("Directory", "The directory."), owner, readOnly: flag("Refuse writing."), expand },
    apply: (container, given) =>
      mounted(container, given, (target) => {
        const { source, owner, readOnly } = given;
        return { kind: "directory", target, source, owner, readOnly, written: Lazy.of([]) };
      }),
  }),
  makes("Container", "Container", "withMountedFile", {
    doc: "Mounts a file, read only.",
    args: { path, source: object("File", "The file."), owner, expand },
    apply: (container, given) =>
      mounted(container, given, (target) => ({ kind: "file", target, source: given.source, owner: given.owner })),
  }),
  makes("Container", "Container", "withMountedCache", {
    doc: "Mounts a folder that survives between runs.",
    args: {
      path,
      cache: object("CacheVolume", "The volume."),
      source: optionalObject("Directory", "What a new volume begins with."),
      sharing: choice<CacheSharing>("CacheSharingMode", "SHARED", "Whether several commands use it at a time."),
      owner,
      expand,
    },
    apply: (container, given) =>
      mounted(container, given, (target) => ({
        kind: "cache",
        target,
        key: given.cache.key,
        sharing: given.sharing,
        owner: given.owner,
        ...(given.source && { source: given.source }),
      })),
  }),
  makes("Container", "Container", "withMountedTemp", {
    doc: "Mounts an empty folder in memory that each command finds empty again.",
    args: { path, size: optionalInteger("Its limit in bytes."), expand },
    apply: (container, given) =>
      mounted(container, given, (target) => ({
        kind: "temp",
        target,
        ...(given.size !== undefined && { size: given.size }),
      })),
  }),
  makes("Container", "Container", "withMountedSecret", {
    doc: "Mounts a secret as a file that exists in memory only.",
    args: {
      path,
      source: object("Secret", "The secret."),
      owner,
      mode: integerOr(0o400, "Permissions, as in `chmod`."),
      expand,
    },
    apply: (container, given) =>
      mounted(container, given, (target) => ({
        kind: "secret",
        target,
        secret: given.source,
        mode: given.mode,
        owner: given.owner,
      })),
  }),
  makes("Container", "Container", "withoutMount", {
    doc: "Removes what is mounted at a path.",
    args: { path, expand },
    apply: (container, given) => {
      const target = absolutePath(container, expanded(container, given.path, given.expand));
      return { ...container, pristine: false, mounts: container.mounts.filter((mount) => mount.target !== target) };
    },
  }),
  reads("Container", "[String!]!", "mounts", {
    doc: "The paths of all mounts.",
    read: (container) => container.mounts.map((mount) => mount.target),
  }),
];
