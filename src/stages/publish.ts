import type { Container } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { buildImage } from "./build-image.ts";
import { defineStage, type PublishInputs } from "./definition.ts";
import { serve } from "./serve.ts";
import type { Outcome } from "./stage.ts";
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
  run({ publish: to }, { built }) {
    if (to === undefined || built === undefined)
      throw new Error("an image was to be pushed without one, or to nowhere");
    return pushImage(built.container, to);
  },
});

/** Pushes an image without the stages before it. */
export async function pushImage(
  image: Container,
  { address, username, password }: PublishInputs,
): Promise<Outcome<string>> {
  const ready =
    username === undefined || password === undefined ? image : image.withRegistryAuth(address, username, password);
  const reference = await ready.publish(address);
  return { status: "passed", message: reference, value: reference };
}
