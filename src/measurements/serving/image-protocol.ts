import type { Container } from "@dagger.io/dagger";
import { parseJson } from "../../json.ts";
import { CONVENTIONAL_PROTOCOL, type Protocol, protocolSchema, sameProtocol } from "../../project/serving/protocol.ts";

const LABEL = "ml-pipeline.serve";

/** The label by which an image says how its server is asked; none for a server of the convention. */
export const protocolLabel = (protocol: Protocol): Readonly<Record<string, string>> =>
  sameProtocol(protocol, CONVENTIONAL_PROTOCOL) ? {} : { [LABEL]: JSON.stringify(protocol) };

/** How the server of an image is asked, whichever project it is of: one in production may be of an earlier version. */
export async function protocolOfImage(image: Container): Promise<Protocol> {
  const said = await image.label(LABEL);
  return said ? parseJson(said, protocolSchema, `the label ${LABEL} of the image`) : CONVENTIONAL_PROTOCOL;
}
