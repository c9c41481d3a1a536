import { z } from "zod";
import { resolvedImage } from "../containers/images.ts";
import type { RegistryAccess } from "../context/access.ts";
import type { Context } from "../context/context.ts";
import { attestation, attestationsOf, saysTheSame } from "../evidence/attestation.ts";
import { type Signer, shortKey } from "../evidence/keys.ts";
import { packagesSchema } from "../evidence/packages.ts";
import { packageCount, SBOM_TYPE, sbomOf } from "../evidence/sbom.ts";
import { type Subject, statement, statementOf } from "../evidence/statement.ts";
import { type Manifest, manifestSchema } from "../model/manifest.ts";
import { PROVENANCE_TYPE, provenanceOf } from "../model/provenance.ts";
import {
  type NeededApproval,
  neededApprovalSchema,
  RESULT_TYPE,
  VERDICT_TYPE,
  verdictStatements,
} from "../model/verdict.ts";
import { projectName } from "../project/name.ts";
import { openRepository } from "../registry/connection.ts";
import { getManifest, isOfRegistry } from "../registry/content.ts";
import { parseReference } from "../registry/reference.ts";
import { attach } from "../registry/referrers.ts";
import { counted } from "../text.ts";
import type { BuiltImage } from "./build-image.ts";
import { credentialsOf } from "./credentials.ts";
import { type Outcome, type StageTitle, skipped } from "./stage.ts";

/*
 * Attaches to a pushed image what is known of it: the verdict on its model, its packages, and what it was built from. It is no stage
 * of the pipeline's list, because the verdict is that of all of them.
 */

export const ATTEST: StageTitle = { name: "attest", step: "Publish" };

/** What is known of an image before it is pushed. */
export const imageFactsSchema = z.object({
  manifest: manifestSchema,
  packages: packagesSchema,
  build: z.object({
    project: z.string().exactOptional(),
    commit: z.string().exactOptional(),
    runId: z.string().exactOptional(),
    baseImage: z.string(),
    startedOn: z.string(),
  }),
  /** Who decides whether it goes on, where a run found that out. */
  approval: neededApprovalSchema.exactOptional(),
  /** Whether the project or its policy asks for signed verdicts. */
  signatureRequired: z.boolean(),
});
export type ImageFacts = z.output<typeof imageFactsSchema>;

/** What the caller says of a build. */
export interface BuildLabels {
  readonly commit?: string | undefined;
  readonly runId?: string | undefined;
}

export async function imageFacts(
  context: Context,
  { packages }: Pick<BuiltImage, "packages">,
  manifest: Manifest,
  { commit, runId }: BuildLabels = {},
  approval?: NeededApproval,
): Promise<ImageFacts> {
  const project = projectName(context.project);
  return {
    manifest,
    packages,
    build: {
      ...(project === undefined ? {} : { project }),
      ...(commit === undefined ? {} : { commit }),
      ...(runId === undefined ? {} : { runId }),
      baseImage: await resolvedImage(context),
      startedOn: new Date(context.since).toISOString(),
    },
    ...(approval === undefined ? {} : { approval }),
    signatureRequired: context.config.evidence["require-signature"],
  };
}

/** All that is said of an image, as statements of in-toto. Equal facts give equal statements. */
export function imageStatements({ manifest, packages, build, approval }: ImageFacts, image: Subject): string[] {
  const { name, sha256: digest } = image;
  return [
    ...verdictStatements(image, manifest, new Date(build.startedOn), approval),
    statement(image, SBOM_TYPE, sbomOf(packages, { name, digest, model: manifest.model })),
    statement(image, PROVENANCE_TYPE, provenanceOf(manifest, build)),
  ];
}

export interface AttestInputs extends RegistryAccess {
  /** `REGISTRY/NAME:TAG@sha256:…`: what was pushed. */
  readonly published: string;
  readonly facts: ImageFacts;
  readonly signer: Signer | undefined;
  /** Whether it is only said what would be attached. */
  readonly dryRun?: boolean;
}

/**
 * Attaches all that is said of an image, and nothing twice.
 *
 * What nobody signed convinces nobody, so its lack is only a warning.
 */
export async function attest(inputs: AttestInputs): Promise<Outcome<void>> {
  const { published, facts, signer, dryRun = false } = inputs;
  try {
    const missing = await attachMissing(inputs);
    const message = attestedText(missing, facts, signer, dryRun);
    return dryRun && missing.length > 0 ? skipped(message) : { status: "passed", message, value: undefined };
  } catch (error) {
    if (!isOfRegistry(error)) throw error;
    const reason = `nothing says of ${published} who judged it: ${error.message}`;
    return signer === undefined && !facts.signatureRequired
      ? { status: "passed", message: `nothing is attached (${error.message})`, warnings: [reason], value: undefined }
      : { status: "failed", message: `${reason}. The image is pushed; the same call again attaches what is missing.` };
  }
}

/** What would be attached to an image that is not pushed yet. */
export const plannedAttestation = (facts: ImageFacts, signer: Signer | undefined): string =>
  attestedText([VERDICT_TYPE, RESULT_TYPE, SBOM_TYPE, PROVENANCE_TYPE], facts, signer, true);

/** @returns the types of the predicates that were not there */
async function attachMissing({ published, facts, signer, dryRun = false, ...access }: AttestInputs): Promise<string[]> {
  const reference = parseReference(published, "--address");
  const { name, digest } = reference;
  if (digest === undefined) throw new Error("what was pushed has no digest");
  const repository = await openRepository(
    reference,
    await credentialsOf(access, reference),
    dryRun ? "pull" : "pull,push",
  );
  const { descriptor } = await getManifest(repository, digest);
  const present = await attestationsOf(repository, digest, signer === undefined ? [] : [signer.trusted]);
  const missing = imageStatements(facts, { name, sha256: digest }).filter(
    (one) => !present.some((other) => saysTheSame(other, one, digest, signer)),
  );
  const artifacts = missing.map((one) => attestation(one, signer));
  if (artifacts.length > 0 && !dryRun) await attach(repository, descriptor, artifacts);
  return missing.map((one) => statementOf(one)?.predicateType ?? "");
}

function attestedText(
  added: readonly string[],
  { packages }: ImageFacts,
  signer: Signer | undefined,
  dryRun: boolean,
): string {
  const words: Readonly<Record<string, string>> = {
    [VERDICT_TYPE]: "the verdict",
    [RESULT_TYPE]: "its summary",
    [SBOM_TYPE]: `the SBOM of ${counted(packageCount(packages), "package")}`,
    [PROVENANCE_TYPE]: "the provenance",
  };
  const what =
    added.length === 0
      ? "all was attached before"
      : `${dryRun ? "would attach" : "attached"} ${added.map((type) => words[type] ?? type).join(", ")}`;
  return `${what}; ${signer === undefined ? "not signed, since there is no --signing-key" : `signed by key ${shortKey(signer.id)}`}`;
}
