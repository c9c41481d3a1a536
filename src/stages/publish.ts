import type { Container, Secret } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { type Stage, stage } from "./stage.ts";

export interface PublishOptions {
  /** `registry/name:tag`. */
  readonly address: string;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
}

/** What registries accept (OCI distribution specification): a wrong address is told before the training, not after. */
const NAME = "[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*";
const ADDRESS = new RegExp(`^[a-zA-Z0-9][\\w.-]*(?::\\d+)?(?:/${NAME})+(?::\\w[\\w.-]{0,127})?$`);

/** @throws UserError when only one half of the credentials is there, or the address cannot be one */
export function checkPublishOptions({ address, username, password }: PublishOptions): void {
  if ((username === undefined) !== (password === undefined)) {
    throw new UserError("--registry-user and --registry-password go together: give both or neither.");
  }
  if (!ADDRESS.test(address)) {
    throw new UserError(
      `--address=${address}: expected REGISTRY/NAME:TAG with NAME in lower case, for example localhost:5000/model:v1.`,
    );
  }
}

/** Pushes the image; what comes back names it by its digest in that registry. */
export function publish(image: Container, options: PublishOptions): Promise<Stage<string>> {
  return stage("publish", async () => {
    const { address, username, password } = options;
    const ready =
      username === undefined || password === undefined ? image : image.withRegistryAuth(address, username, password);
    const reference = await ready.publish(address);
    return { status: "passed", message: reference, value: reference };
  });
}
