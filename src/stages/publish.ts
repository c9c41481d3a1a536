import type { Container } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { digestOf } from "../delivery/image-reference.ts";
import { isRefusedPush, messageOf, UserError } from "../errors.ts";
import { RegistryError } from "../registry/error.ts";
import { type BuiltImage, buildImage } from "./build-image.ts";
import { defineStage, type PublishInputs } from "./definition.ts";
import { serve } from "./serve.ts";
import { type Outcome, skipped } from "./stage.ts";
import {
  type ComparedImage,
  type ModelHashes,
  otherImageText,
  samenessOf,
  type TaggedImage,
  taggedImage,
} from "./tagged-image.ts";
import { testCoverage } from "./test-coverage.ts";
import { testE2e } from "./test-e2e.ts";

/** The names that registries accept (OCI distribution specification). A wrong address is refused before anything is trained. */
const NAME = "[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*";
const ADDRESS = new RegExp(`^[a-zA-Z0-9][\\w.-]*(?::\\d+)?(?:/${NAME})+(?::\\w[\\w.-]{0,127})?$`);

/** @throws UserError when only one half of the credentials is there, or the address cannot be one */
export function checkPublishInputs({ address, username, password }: PublishInputs): void {
  if ((username === undefined) !== (password === undefined)) {
    throw new UserError("--registry-user and --registry-password go together: give both or neither.");
  }
  if (!ADDRESS.test(address)) {
    throw new UserError(
      `--address=${address}: expected REGISTRY/NAME:TAG with NAME in lower case, for example localhost:5000/model:v1.`,
    );
  }
}

/** Pushes the image, and gives its name with the digest in that registry. */
export const publish = defineStage({
  name: "publish",
  step: "Publish",
  needs: { built: buildImage, served: serve, tested: testE2e, covered: testCoverage },
  effect: true,
  when: ({ publish }) => publish !== undefined,
  async run({ context, publish: to }, { built }): Promise<Outcome<Published>> {
    if (to === undefined || built === undefined)
      throw new Error("an image was to be pushed without one, or to nowhere");
    if (to.isRelease === true) return pushRelease(context, built, to);
    if (to.dryRun === true) return planPush(to, built, context.evidence);
    const pushed = await pushImage(built.container, to);
    return pushed.status === "passed" ? { ...pushed, value: { reference: pushed.value, isOther: false } } : pushed;
  },
});

/** An image in a registry. */
export interface Published {
  /** `name:tag@sha256:…`. */
  readonly reference: string;
  /** Whether it is an earlier build of the same model, which has its own evidence. */
  readonly isOther: boolean;
}

/** Pushes the image of a release once: a second call finds it, and no other image gets its tag. */
async function pushRelease(context: Context, built: BuiltImage, to: PublishInputs): Promise<Outcome<Published>> {
  const ours = { content: built.content, bytes: built.bytes, ...(await hashesOf(built.container)) };
  const there = await taggedImage(to, to.address, context.evidence);
  if (there !== undefined) return pushedBefore(to, there, ours);
  if (to.dryRun === true) return skipped(await planText(to, built, undefined));
  const pushed = await pushImage(built.container, to);
  if (pushed.status !== "passed") return pushed;
  const now = await taggedImage(to, to.address, context.evidence);
  const digest = digestOf(pushed.value);
  // An engine may write the name otherwise, and a second call must find the very same reference in the cluster.
  const reference = `${to.address}@${digest}`;
  if (now?.digest === digest) return { ...pushed, message: reference, value: { reference, isOther: false } };
  return {
    status: "failed",
    message: `${to.address} was moved to ${now?.digest ?? "nothing"} right after ${pushed.value} was pushed: another release has the same tag. Nothing was deployed.`,
  };
}

/** A release whose tag stands for an image already: for this one, or it has failed. */
async function pushedBefore(
  { address }: PublishInputs,
  there: TaggedImage,
  ours: ModelHashes & ComparedImage,
): Promise<Outcome<Published>> {
  const sameness = await samenessOf(there, ours);
  if (sameness === "other")
    return { status: "failed", message: `${address} ${otherImageText(there, ours)} Nothing was pushed.` };
  const reference = `${address}@${there.digest}`;
  const how = sameness === "image" ? "" : ", built before from the same source, data and model";
  return {
    status: "passed",
    message: `${reference} is there already${how}`,
    value: { reference, isOther: sameness === "model" },
  };
}

/** An address with the tag that it stands for, so that nobody is surprised by that. */
const withTag = (address: string): string => (/:[^/]*$/.test(address) ? address : `${address}:latest`);

type PlannedImage = Pick<BuiltImage, "id" | "content" | "bytes">;

/** Says what a push would change. A registry may let the engine push that tells this program nothing. */
export async function planPush(
  given: PublishInputs,
  image: PlannedImage,
  evidence: Pick<Context["evidence"], "trusted">,
): Promise<Outcome<never>> {
  const to = { ...given, address: withTag(given.address) };
  try {
    return skipped(await planText(to, image, await taggedImage(to, to.address, evidence)));
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return {
      ...skipped(`would push ${to.address}, image ID ${image.id}`),
      warnings: [`what ${to.address} stands for now is not known: ${error.message}`],
    };
  }
}

async function planText(
  { address }: PublishInputs,
  { id, ...ours }: PlannedImage,
  there: TaggedImage | undefined,
): Promise<string> {
  const now =
    there === undefined
      ? "which stands for nothing yet"
      : (await there.isImage(ours))
        ? `which stands for the same image already, ${there.digest}`
        : `which stands for another image now, ${there.digest}`;
  return `would push ${address}, ${now}; image ID ${id}`;
}

/** What the image was made of, as its labels say. */
async function hashesOf(image: Container): Promise<ModelHashes> {
  const [source, data, model] = await Promise.all(
    (["source", "data", "model"] as const).map((name) => image.label(`ml-pipeline.${name}`)),
  );
  return { source: source ?? "", data: data ?? "", model: model ?? "" };
}

/**
 * Pushes an image without the stages before it. A registry that does not take it is no fault of the engine, and says nothing
 * about the model.
 */
export async function pushImage(
  image: Container,
  { address: given, username, password }: PublishInputs,
): Promise<Outcome<string>> {
  const address = withTag(given);
  const ready =
    username === undefined || password === undefined ? image : image.withRegistryAuth(address, username, password);
  try {
    const reference = await ready.publish(address);
    return { status: "passed", message: reference, value: reference };
  } catch (error) {
    if (!isRefusedPush(error)) throw error;
    return {
      status: "failed",
      message: `cannot push to ${address}: ${refusal(address, messageOf(error))} The model passed, and nothing was pushed.`,
    };
  }
}

/** Why a registry did not take an image, in the same words whichever engine pushed it. */
function refusal(address: string, said: string): string {
  const registry = registryOf(address);
  for (const [pattern, words] of REFUSALS) {
    const match = pattern.exec(said);
    if (match !== null) return words(registry, match[0].trim());
  }
  const own = said.replace(/^(?:.*: )?cannot push to \S+: /is, "").trim();
  return /[.?!]$/.test(own) ? own : `${own}.`;
}

/** A first part without a dot, a port or the name localhost is a name on Docker Hub. */
function registryOf(address: string): string {
  const [first = ""] = address.split("/");
  return /[.:]|^localhost$/.test(first) ? first : "docker.io";
}

/** What engines and registries say, the most telling first, and what to do. */
const REFUSALS: readonly (readonly [RegExp, (registry: string, said: string) => string])[] = [
  [
    /server gave HTTP response to HTTPS client|plain http\b/i,
    (registry) => `${registry} speaks plain http, which the engine must be told to allow for this registry.`,
  ],
  [
    /x509: [^\n"]*|self[- ]signed certificate|unable to verify the first certificate|certificate has expired/i,
    (registry, said) =>
      `the certificate of ${registry} is not trusted (${said}). Make its authority known to the machine that the engine runs on.`,
  ],
  [
    /unauthorized|authentication required|authorization failed|insufficient[_ ]scope|\bdenied\b|no basic auth credentials|\b40[13] \w+/i,
    (registry, said) =>
      `${registry} refuses it (${said}). Is the name right? --registry-user and --registry-password say who pushes.`,
  ],
  [
    /connection (?:refused|reset|closed|lost)|no such host|server misbehaving|no route to host|network is unreachable|(?:i\/o|TLS handshake) timeout|deadline exceeded|timed out|broken pipe|\bEOF\b|\b5\d\d [A-Z]\w*(?: [A-Z]\w*)*|does not answer \([^)]*\)/,
    (registry, said) =>
      `${registry} does not answer (${said.replace(/^does not answer \(|\)$/g, "")}). Is the address right, and does the registry run?`,
  ],
];
