import type { Container } from "@dagger.io/dagger";
import { isRefusedPush, messageOf, UserError } from "../errors.ts";
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

/**
 * Pushes an image without the stages before it. A registry that does not take it is no fault of the engine, and says nothing
 * about the model.
 */
export async function pushImage(
  image: Container,
  { address, username, password }: PublishInputs,
): Promise<Outcome<string>> {
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
