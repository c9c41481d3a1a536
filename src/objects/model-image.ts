import { type Container, func, object, type Secret } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { signerOf } from "../evidence/keys.ts";
import { parseJson } from "../json.ts";
import { hostsNamed } from "../registry/named.ts";
import { assertStages } from "../report/text.ts";
import { ATTEST, attest, imageFactsSchema, plannedAttestation } from "../stages/attest.ts";
import { requireSignature } from "../stages/believed.ts";
import { checkPublishInputs, planPush, publish, pushImage } from "../stages/publish.ts";
import { skippedStage, stage } from "../stages/stage.ts";

/** A serving image, and whether its model may be published. */
@object()
export class ModelImage {
  /** Gives the image ID, `sha256:…`, which is equal in every registry. */
  @func()
  imageId: string;

  /** Says why the model may not be published; empty when its gates passed. */
  @func()
  heldBack: string;

  private readonly built: Container;
  /** What the image is, whenever it was built. */
  private readonly content: string;
  /** The size of all layers, uncompressed. */
  private readonly bytes: number;
  private readonly registryUser?: string;
  private readonly registryPassword?: Secret;
  /** `ImageFacts` as JSON; empty for an image that is held back. */
  private readonly facts: string;
  private readonly signingKey?: Secret;

  constructor(
    imageId: string,
    content: string,
    bytes: number,
    built: Container,
    heldBack: string,
    facts: string,
    registryUser?: string,
    registryPassword?: Secret,
    signingKey?: Secret,
  ) {
    this.imageId = imageId;
    this.content = content;
    this.bytes = bytes;
    this.built = built;
    this.heldBack = heldBack;
    this.facts = facts;
    if (signingKey !== undefined) this.signingKey = signingKey;
    if (registryUser !== undefined) this.registryUser = registryUser;
    if (registryPassword !== undefined) this.registryPassword = registryPassword;
  }

  /**
   * Gives the container itself, to run or to look into; refuses while the model's gates have not passed.
   *
   * It is refused because whoever has a container can publish it.
   */
  @func()
  container(): Container {
    this.assertReleased();
    return this.built;
  }

  /**
   * Pushes the image to a registry, if the gates passed for exactly this model.
   *
   * The verdict, the packages (SBOM) and the provenance of the image are attached to it, signed where there is a --signing-key.
   *
   * @returns the published reference, `name@sha256:…`
   */
  @func({ cache: "never" })
  async publish(
    /** The address, REGISTRY/NAME:TAG, for example localhost:5000/model:v1; the tag is latest when absent. */
    address: string,
    /** User name at the registry. */
    registryUser?: string,
    /** Password or token at the registry. */
    registryPassword?: Secret,
    /** Whether to say what would be pushed and attached, and change nothing. */
    dryRun = false,
  ): Promise<string> {
    const to = {
      address,
      username: registryUser ?? this.registryUser,
      password: registryPassword ?? this.registryPassword,
      hosts: hostsNamed([address]),
    };
    checkPublishInputs(to);
    this.assertReleased();
    const facts = parseJson(this.facts, imageFactsSchema, "what is known of the image");
    const key = await this.signingKey?.plaintext();
    const signer = key === undefined ? undefined : signerOf(key);
    requireSignature(facts.signatureRequired, signer);
    if (dryRun) {
      const image = { id: this.imageId, content: this.content, bytes: this.bytes };
      const planned = await stage(publish, () => planPush(to, image, { trusted: [] }));
      const { report } = skippedStage(ATTEST, plannedAttestation(facts, signer));
      return assertStages([planned.report, report]);
    }
    const pushed = await stage(publish, () => pushImage(this.built, to));
    assertStages([pushed.report]);
    if (!("value" in pushed)) return "";
    const { value: published } = pushed;
    const attested = await stage(ATTEST, () => attest({ ...to, published, facts, signer }));
    assertStages([attested.report]);
    return published;
  }

  private assertReleased(): void {
    if (this.heldBack !== "") throw new UserError(`The image is held back: ${this.heldBack}`);
  }
}
