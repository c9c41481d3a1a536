import { type Container, withConfig } from "../../../engine/values/container.ts";
import type { Port } from "../../../engine/values/port.ts";
import { choice, flag, integer, optionalText } from "../arguments.ts";
import { lists, makes } from "../define.ts";

const port = integer("The port.");
const protocol = choice<Port["protocol"]>("NetworkProtocol", "TCP", "The protocol.");

/** Changes the ports of a container, and with them those in the image's configuration. */
function withPorts(container: Container, ports: readonly Port[]): Container {
  const exposedPorts = ports.map(({ port, protocol }) => `${port}/${protocol.toLowerCase()}`);
  return { ...withConfig(container, { exposedPorts }), ports };
}

/** Ports on which a container listens. Its image declares them, and a service is ready when all of them answer. */
export const exposedPorts = [
  makes("Container", "Container", "withExposedPort", {
    doc: "Declares a port; a service waits until it answers.",
    args: {
      port,
      protocol,
      description: optionalText("What it is for."),
      experimentalSkipHealthcheck: flag("Do not wait until it answers."),
    },
    apply: (container, { port, protocol, description, experimentalSkipHealthcheck }) => {
      const others = container.ports.filter((other) => other.port !== port || other.protocol !== protocol);
      const added = { port, protocol, experimentalSkipHealthcheck, ...(description !== undefined && { description }) };
      return withPorts(container, [...others, added]);
    },
  }),
  makes("Container", "Container", "withoutExposedPort", {
    doc: "Takes a declared port back.",
    args: { port, protocol },
    apply: (container, { port, protocol }) =>
      withPorts(
        container,
        container.ports.filter((other) => other.port !== port || other.protocol !== protocol),
      ),
  }),
  lists("Container", "Port", "exposedPorts", {
    doc: "All declared ports, those of the image included.",
    list: (container) => container.ports,
  }),
];
