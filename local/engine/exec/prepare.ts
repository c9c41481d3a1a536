import { type Json, keyOf } from "../../base/hash.ts";
import type { LayerId, Snapshot } from "../../store/types.ts";
import { type Content, contentOf } from "../content.ts";
import type { Session } from "../session.ts";
import type { Container, ContainerMount } from "../values/container.ts";
import { type Blob, describedBlob } from "../values/directory.ts";
import type { Service } from "../values/service.ts";
import { containerKey, serviceKeyParts } from "./key.ts";

/** A container whose inputs have been made: a process starts from them, and its cache key is made of them. */
export interface Prepared {
  readonly container: Container;
  readonly root: Snapshot;
  readonly mounts: readonly PreparedMount[];
  /** All that a command's result depends on, except the command itself. */
  readonly identity: Json;
}

export type PreparedMount =
  | {
      readonly kind: "directory";
      readonly mount: Extract<ContainerMount, { kind: "directory" }>;
      readonly content: Content;
      readonly written: readonly LayerId[];
    }
  | { readonly kind: "file"; readonly mount: Extract<ContainerMount, { kind: "file" }>; readonly blob: Blob }
  | { readonly kind: "other"; readonly mount: Exclude<ContainerMount, { kind: "directory" | "file" }> };

/** Makes all that the container depends on. Independent inputs are made side by side. */
export async function prepare(session: Session, container: Container): Promise<Prepared> {
  const [root, mounts, services] = await Promise.all([
    container.root.get(),
    Promise.all(container.mounts.map((mount) => prepareMount(session, mount))),
    Promise.all(
      container.services.map(async ({ alias, service }) => ({ alias, key: await serviceKey(session, service) })),
    ),
  ]);
  // A mount hides what lies below its target, so parents are mounted first.
  mounts.sort((a, b) => (a.mount.target < b.mount.target ? -1 : a.mount.target > b.mount.target ? 1 : 0));
  const identity = containerKey({ container, root, mounts, services });
  return { container, root, mounts, identity };
}

async function prepareMount(session: Session, mount: ContainerMount): Promise<PreparedMount> {
  if (mount.kind === "directory") {
    const [content, written] = await Promise.all([contentOf(session, mount.source), mount.written.get()]);
    return { kind: "directory", mount, content, written };
  }
  if (mount.kind === "file") return { kind: "file", mount, blob: await describedBlob(mount.source) };
  return { kind: "other", mount };
}

/** Gives a key that is equal for services that run the same command on the same inputs. */
export async function serviceKey(session: Session, service: Service): Promise<string> {
  const { identity } = await prepare(session, service.container);
  return keyOf("service", serviceKeyParts(service, identity));
}
