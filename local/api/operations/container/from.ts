import { EngineError } from "../../../base/errors.ts";
import { canonical } from "../../../base/hash.ts";
import { Lazy } from "../../../base/lazy.ts";
import { credentials } from "../../../engine/registry-credentials.ts";
import type { Session } from "../../../engine/session.ts";
import type { Container } from "../../../engine/values/container.ts";
import type { ResolvedImage } from "../../../images/types.ts";
import { text } from "../arguments.ts";
import { makes, reads } from "../define.ts";

/**
 * Starts from an image. Its configuration is fetched when something depends on it, and its layers when a file of them
 * is needed.
 */
export const from = makes("Container", "Container", "from", {
  doc: "Starts from an image of a registry; the container's earlier files are gone.",
  args: { address: text("The image's reference: `python:3.11-slim`.") },
  apply: (container, { address }, session) => startFrom(session, container, address),
});

/** Gives `container` the root and the configuration of the image at `address`. */
export async function startFrom(session: Session, container: Container, address: string): Promise<Container> {
  const auth = await credentials(container);
  const image = await resolved(session, address, auth);
  const root = new Lazy(() =>
    session.inFlight.once(`unpack ${image.digest}`, () =>
      session.activities.run(`from ${address}`, async () => session.images.unpack(image, auth)),
    ),
  );
  return {
    ...container,
    base: image,
    pristine: true,
    root,
    config: { ...image.config, env: mergeEnv(container.config.env, image.config.env) },
    ports: image.config.exposedPorts.map(portOf),
  };
}

/**
 * The reference and digest of the image that a container was started from. A container that was changed since has none.
 */
export const imageRef = reads("Container", "String!", "imageRef", {
  doc: "The image's full reference with its digest; only right after `from`.",
  read: ({ base, pristine }) => {
    if (base === undefined || !pristine)
      throw new EngineError("Image reference can only be retrieved immediately after the 'Container.From' call");
    return `${base.reference.split("@")[0]}@${base.digest}`;
  },
});

function resolved(
  session: Session,
  address: string,
  auth: Awaited<ReturnType<typeof credentials>>,
): Promise<ResolvedImage> {
  const key = canonical([address, auth.map((entry) => ({ ...entry }))]);
  const known = session.resolved.get(key);
  if (known !== undefined) return known;
  const asked = session.activities.run(`resolve ${address}`, async () => session.images.resolve(address, auth));
  session.resolved.set(key, asked);
  asked.catch(() => session.resolved.delete(key));
  return asked;
}

/** Merges variables. Those of the image replace those that were set before it. */
function mergeEnv(earlier: readonly string[], image: readonly string[]): readonly string[] {
  const names = new Set(image.map((entry) => entry.split("=")[0]));
  return [...earlier.filter((entry) => !names.has(entry.split("=")[0])), ...image];
}

function portOf(text: string) {
  const [port, protocol = "tcp"] = text.split("/");
  return {
    port: Number(port),
    protocol: protocol === "udp" ? ("UDP" as const) : ("TCP" as const),
    experimentalSkipHealthcheck: false,
  };
}
