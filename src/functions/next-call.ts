import { shellWords } from "../containers/command-words.ts";
import { WebhookFormat } from "../report/messages/form.ts";
import type { Site } from "./site.ts";

/*
 * The calls that messages name to go on with, so that they can be typed: with the flags that this call has before its function.
 *
 * A secret, a file or a folder has no name in here that the caller would know, so these are placeholders.
 */

type Verb = "approve" | "deploy" | "promote" | "move-pointer";

/** What is known of a flag of the site: its text, or what stands for it. */
interface SiteFlag {
  readonly flag: string;
  readonly value: (site: Site) => string | undefined;
  /** The functions that have no use for it. */
  readonly notFor?: readonly Verb[];
}

const heldFor =
  (placeholder: string, from: (site: Site) => unknown): SiteFlag["value"] =>
  (site) =>
    from(site) === undefined ? undefined : placeholder;

/** The default of the module's constructor, which needs no flag. */
export const PYTHON_IMAGE = "python:{version}-slim";

const otherThan = (usual: string, value: string): string | undefined => (value === usual ? undefined : value);

const SITE_FLAGS: readonly SiteFlag[] = [
  { flag: "python-image", value: ({ settings }) => otherThan(PYTHON_IMAGE, settings.pythonImage) },
  { flag: "package-index", value: ({ settings }) => otherThan("", settings.packageIndex) },
  { flag: "package-credentials", value: heldFor("file:netrc", ({ settings }) => settings.packageCredentials) },
  { flag: "root", value: ({ root }) => otherThan("", root) },
  { flag: "policy", value: heldFor("policy.toml", ({ policy }) => policy.file) },
  { flag: "policy-folder", value: heldFor("policy/", ({ policy }) => policy.folder) },
  { flag: "policy-image", value: heldFor("IMAGE", ({ policy }) => policy.image) },
  { flag: "registry-user", value: ({ registry }) => registry.username },
  { flag: "registry-password", value: heldFor("env:REGISTRY_PASSWORD", ({ registry }) => registry.password) },
  {
    // The other calls name the image, and so its registry.
    flag: "registry-host",
    value: ({ registry: { username, hosts } }) => (username === undefined ? undefined : hosts?.[0]),
    notFor: ["approve", "deploy", "move-pointer"],
  },
  { flag: "verification-key", value: heldFor("keys.pem", ({ evidence }) => evidence.verificationKey) },
  { flag: "approval-key", value: heldFor("approvers.pem", ({ evidence }) => evidence.approvalKey) },
  { flag: "store", value: ({ store }) => store.address, notFor: ["approve"] },
  {
    flag: "store-credentials",
    value: heldFor("file:store-credentials", ({ store }) => store.credentials),
    notFor: ["approve"],
  },
  {
    flag: "webhook",
    value: heldFor("env:WEBHOOK", ({ webhook }) => webhook),
    notFor: ["approve", "move-pointer"],
  },
  {
    flag: "webhook-format",
    value: ({ webhook }) => (webhook?.format === WebhookFormat.SLACK ? undefined : webhook?.format),
    notFor: ["approve", "move-pointer"],
  },
  {
    flag: "webhook-key",
    value: heldFor("env:WEBHOOK_KEY", ({ webhook }) => webhook?.key),
    notFor: ["approve", "move-pointer"],
  },
  {
    flag: "kubeconfig",
    value: heldFor("file:kubeconfig", ({ cluster }) => cluster.kubeconfig),
    notFor: ["approve", "move-pointer"],
  },
  {
    flag: "cluster-token",
    value: heldFor("env:CLUSTER_TOKEN", ({ cluster }) => cluster.token),
    notFor: ["approve", "move-pointer"],
  },
];

/** What a call needs beside what this one has. */
export type Flags = Readonly<Record<string, string>>;

/**
 * A call as it is typed.
 *
 * @param args what stands behind the function
 * @param more flags before the function that this call does not have
 */
export function nextCall(site: Site, verb: Verb, args: readonly string[], more: Flags = {}): string {
  const own = SITE_FLAGS.flatMap(({ flag, value, notFor = [] }): [string, string][] => {
    const found = notFor.includes(verb) ? undefined : value(site);
    return found === undefined ? [] : [[flag, found]];
  });
  const flags = Object.entries({ ...more, ...Object.fromEntries(own) }).map(([name, value]) => `--${name}=${value}`);
  return ["ml-pipeline", ...[...flags, verb, ...args].map(word)].join(" ");
}

/** A dry run has no digest yet, and what stands for it is not to be typed. */
const word = (text: string): string => (/^[\w@%+=:,./…-]+$/.test(text) ? text : shellWords([text]));
