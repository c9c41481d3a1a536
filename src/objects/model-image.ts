import { type Container, func, object, type Secret } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { assertStages } from "../report/text.ts";
import { checkPublishInputs, publish, pushImage } from "../stages/publish.ts";
import { stage } from "../stages/stage.ts";

/** A serving image, and whether its model may be published. */
@object()
export class ModelImage {
  /** The image ID, `sha256:…`, which is the same in every registry. */
  @func()
  imageId: string;

  /** Why the model may not be published; empty if its gates passed. */
  @func()
  heldBack: string;

  private readonly built: Container;
  private readonly registryUser?: string;
  private readonly registryPassword?: Secret;

  constructor(imageId: string, built: Container, heldBack: string, registryUser?: string, registryPassword?: Secret) {
    this.imageId = imageId;
    this.built = built;
    this.heldBack = heldBack;
    if (registryUser !== undefined) this.registryUser = registryUser;
    if (registryPassword !== undefined) this.registryPassword = registryPassword;
  }

  /**
   * The container, to run or to inspect. Refused unless the model's gates passed, because any container can be published.
   */
  @func()
  container(): Container {
    this.assertReleased();
    return this.built;
  }

  /**
   * Pushes the image to a registry, if the gates passed for exactly this model.
   *
   * @returns the published reference, `name@sha256:…`
   */
  @func({ cache: "never" })
  async publish(
    /** The address, REGISTRY/NAME:TAG, for example localhost:5000/model:v1. */
    address: string,
    /** User name at the registry. */
    registryUser?: string,
    /** Password or token at the registry. */
    registryPassword?: Secret,
  ): Promise<string> {
    const to = {
      address,
      username: registryUser ?? this.registryUser,
      password: registryPassword ?? this.registryPassword,
    };
    checkPublishInputs(to);
    this.assertReleased();
    const pushed = await stage(publish, () => pushImage(this.built, to));
    assertStages([pushed.report]);
    return "value" in pushed ? pushed.value : "";
  }

  private assertReleased(): void {
    if (this.heldBack !== "") throw new UserError(`The image is held back: ${this.heldBack}`);
  }
}
