import { EngineError } from "../../../base/errors.ts";
import { hostnameOf } from "../../../engine/services.ts";
import { emptyText, optionalInteger, text } from "../arguments.ts";
import { makes, reads } from "../define.ts";

export const serviceNames = [
  reads("Service", "String!", "hostname", {
    doc: "The name by which the service knows itself.",
    read: (service, _args, session) => hostnameOf(session, service),
  }),
  makes("Service", "Service", "withHostname", {
    doc: "The service under a name of its own.",
    args: { hostname: text("The name.") },
    apply: (service, { hostname }) => ({ ...service, hostname }),
  }),
  reads("Service", "String!", "endpoint", {
    doc: "Name and port of the service, for those who are bound to it.",
    args: {
      port: optionalInteger("The first declared port when absent."),
      scheme: emptyText("Put before it: `http`."),
    },
    read: async (service, { port, scheme }, session) => {
      const chosen = port ?? service.container.ports[0]?.port;
      if (chosen === undefined)
        throw new EngineError("no ports exposed: give a port, or declare one with withExposedPort");
      const endpoint = `${await hostnameOf(session, service)}:${chosen}`;
      return scheme === "" ? endpoint : `${scheme}://${endpoint}`;
    },
  }),
];
