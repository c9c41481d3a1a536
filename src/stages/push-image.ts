import type { Container } from "@dagger.io/dagger";
import { isRefusedPush, messageOf } from "../errors.ts";
import type { PublishInputs } from "./definition.ts";
import type { Outcome } from "./stage.ts";

/** An address with the tag that it stands for, so that nobody is surprised by that. */
export const withTag = (address: string): string => (/:[^/]*$/.test(address) ? address : `${address}:latest`);

/**
 * Pushes an image without the stages before it. A registry that does not take it is no fault of the engine, and says nothing
 * about the model.
 *
 * @param unpushed what follows for the run from an image that could not be pushed, as a sentence
 */
export async function pushImage(
  image: Container,
  { address: given, username, password }: PublishInputs,
  unpushed = "The model passed, and nothing was pushed.",
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
      message: `cannot push to ${address}: ${refusal(address, messageOf(error))} ${unpushed}`,
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
