import type { Container } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { digestOf } from "../delivery/image-reference.ts";
import { UserError } from "../errors.ts";
import { RegistryError } from "../registry/error.ts";
import { type BuiltImage, buildImage } from "./build-image.ts";
import { defineStage, type PublishInputs } from "./definition.ts";
import { pushImage, withTag } from "./push-image.ts";
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
