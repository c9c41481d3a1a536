import type { Json } from "../../base/json.ts";
import { type KeyTable, keyParts } from "../../base/key-table.ts";
import type { ImageConfig } from "../../images/types.ts";
import type { Snapshot } from "../../store/types.ts";
import type { Container, ContainerMount } from "../values/container.ts";
import type { Blob, Directory, File } from "../values/directory.ts";
import type { Port } from "../values/port.ts";
import type { Secret } from "../values/secret.ts";
import type { Service } from "../values/service.ts";
import type { PreparedMount } from "./prepare.ts";

/** A container and its inputs, from which its key is made. */
export interface KeyInputs {
  readonly container: Container;
  readonly root: Snapshot;
  /** Parents first. */
  readonly mounts: readonly PreparedMount[];
  /** The bound services with their own keys. */
  readonly services: readonly { readonly alias: string; readonly key: string }[];
}

const ofImage = "it belongs to the image that is written, and no process sees it";

const configTable = {
  env: { keyed: ({ env }) => ({ env }) },
  workdir: { keyed: ({ workdir }) => ({ workdir }) },
  user: { keyed: ({ user }) => ({ user }) },
  entrypoint: { notKeyed: "the command line is keyed whole, with the entrypoint where it is used" },
  cmd: { notKeyed: "the command line is keyed whole, with the default arguments where they are used" },
  labels: { notKeyed: ofImage },
  exposedPorts: { notKeyed: ofImage },
  healthcheck: { notKeyed: ofImage },
} satisfies KeyTable<ImageConfig>;

/** The value of a secret is never part of a key: `identity` stands for it. */
const secretTable = {
  identity: { keyed: ({ identity }) => ({ identity }) },
  name: { notKeyed: "the identity is made of what names the secret" },
  uri: { notKeyed: "the identity is made of what names the secret" },
  plaintext: { notKeyed: "a key must not tell anything of a secret's value" },
} satisfies KeyTable<Secret>;

const containerTable = {
  root: { keyed: ({ root }) => ({ root: root.layers }) },
  config: { keyed: ({ container }) => keyParts(configTable, container.config) },
  mounts: { keyed: ({ mounts }) => ({ mounts: mounts.map(mountKey) }) },
  secretVariables: {
    keyed: ({ container }) => ({
      secrets: container.secretVariables.map(({ name, secret }) => ({ name, secret: secret.identity })),
    }),
  },
  services: { keyed: ({ services }) => ({ services }) },
  gpus: { keyed: ({ container }) => ({ gpus: container.gpus }) },
  volatile: { notKeyed: "volatile variables are those that shall change nothing" },
  ports: { notKeyed: "a command does not depend on what may be reached of it; the key of a service has its ports" },
  platform: { notKeyed: "there is only the host's own platform" },
  base: { notKeyed: "the root and the configuration have all that came from the image" },
  pristine: { notKeyed: "it says how the container was made, not what it is" },
  annotations: { notKeyed: ofImage },
  auth: { notKeyed: "credentials for registries never reach a process" },
  replacedArgs: { notKeyed: "the command line is keyed whole" },
  terminalCommand: { notKeyed: "it is for a person, and no command sees it" },
  exec: { notKeyed: "the root and the mounts have all that the last command left" },
} satisfies KeyTable<Container, KeyInputs>;

/** Gives all that the result of a command depends on, except the command itself. */
export function containerKey(inputs: KeyInputs): Json {
  return keyParts(containerTable, inputs);
}

const directoryTable = {
  tree: { keyed: ({ content }) => ({ digest: content.digest }) },
  path: { notKeyed: "the content counts, not where it came from" },
  origin: { notKeyed: "the content counts, not where it came from" },
  host: { notKeyed: "the content counts, not where it came from" },
} satisfies KeyTable<Directory, Extract<PreparedMount, { kind: "directory" }>>;

const blobTable = {
  sha256: { keyed: ({ sha256 }) => ({ sha256 }) },
  mode: { keyed: ({ mode }) => ({ mode }) },
  size: { notKeyed: "the hash is one of the content" },
} satisfies KeyTable<Blob>;

const fileTable = {
  blob: { keyed: ({ blob }) => keyParts(blobTable, blob) },
  known: { notKeyed: "it is the same as the blob" },
  name: { notKeyed: "what is mounted has the name of its target" },
} satisfies KeyTable<File, Extract<PreparedMount, { kind: "file" }>>;

type MountOf<Kind extends ContainerMount["kind"]> = Extract<ContainerMount, { kind: Kind }>;

const directoryMountTable = {
  kind: { keyed: ({ kind }) => ({ kind }) },
  target: { keyed: ({ mount }) => ({ target: mount.target }) },
  source: { keyed: (prepared) => keyParts(directoryTable, prepared) },
  written: { keyed: ({ written }) => ({ written }) },
  owner: { keyed: ({ mount }) => ({ owner: mount.owner }) },
  readOnly: { keyed: ({ mount }) => ({ readOnly: mount.readOnly }) },
} satisfies KeyTable<MountOf<"directory">, Extract<PreparedMount, { kind: "directory" }>>;

const fileMountTable = {
  kind: { keyed: ({ kind }) => ({ kind }) },
  target: { keyed: ({ mount }) => ({ target: mount.target }) },
  source: { keyed: (prepared) => keyParts(fileTable, prepared) },
  owner: { keyed: ({ mount }) => ({ owner: mount.owner }) },
} satisfies KeyTable<MountOf<"file">, Extract<PreparedMount, { kind: "file" }>>;

const cacheMountTable = {
  kind: { keyed: ({ kind }) => ({ kind }) },
  target: { keyed: ({ target }) => ({ target }) },
  key: { keyed: ({ key }) => ({ key }) },
  owner: { keyed: ({ owner }) => ({ owner }) },
  sharing: { notKeyed: "it says who waits for whom" },
  source: { notKeyed: "what a volume holds is no part of keys, nor what it began with" },
} satisfies KeyTable<MountOf<"cache">>;

const tempMountTable = {
  kind: { keyed: ({ kind }) => ({ kind }) },
  target: { keyed: ({ target }) => ({ target }) },
  size: { keyed: ({ size }) => ({ size }) },
} satisfies KeyTable<MountOf<"temp">>;

const secretMountTable = {
  kind: { keyed: ({ kind }) => ({ kind }) },
  target: { keyed: ({ target }) => ({ target }) },
  secret: { keyed: ({ secret }) => keyParts(secretTable, secret) },
  mode: { keyed: ({ mode }) => ({ mode }) },
  owner: { keyed: ({ owner }) => ({ owner }) },
} satisfies KeyTable<MountOf<"secret">>;

/** Gives a mount's part of the key: its content, not where that came from. Volumes and secrets count by their names. */
function mountKey(prepared: PreparedMount): Json {
  if (prepared.kind === "directory") return keyParts(directoryMountTable, prepared);
  if (prepared.kind === "file") return keyParts(fileMountTable, prepared);
  const { mount } = prepared;
  switch (mount.kind) {
    case "cache":
      return keyParts(cacheMountTable, mount);
    case "temp":
      return keyParts(tempMountTable, mount);
    case "secret":
      return keyParts(secretMountTable, mount);
  }
}

const portTable = {
  port: { keyed: ({ port }) => ({ port }) },
  protocol: { keyed: ({ protocol }) => ({ protocol }) },
  description: { notKeyed: "it is for people" },
  // It is absent rather than false, so that results cached before this field existed are still found.
  experimentalSkipHealthcheck: {
    keyed: ({ experimentalSkipHealthcheck }) => ({ unchecked: experimentalSkipHealthcheck || undefined }),
  },
} satisfies KeyTable<Port>;

interface ServiceInputs {
  readonly service: Service;
  readonly identity: Json;
}

const serviceTable = {
  container: {
    keyed: ({ service, identity }) => ({
      identity,
      ports: service.container.ports.map((port) => keyParts(portTable, port)),
    }),
  },
  args: { keyed: ({ service }) => ({ args: service.args }) },
  hostname: { keyed: ({ service }) => ({ hostname: service.hostname }) },
} satisfies KeyTable<Service, ServiceInputs>;

/** Gives all that distinguishes one service from another. `identity` is the `containerKey` of its container. */
export function serviceKeyParts(service: Service, identity: Json): Json {
  return keyParts(serviceTable, { service, identity });
}
