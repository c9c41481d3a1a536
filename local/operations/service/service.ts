import { EngineError } from "../../server/errors.ts";
import { hostnameOf } from "../../server/services.ts";
import { emptyText, flag, optionalInteger, text } from "../arguments.ts";
import { lists, makes, reads } from "../define.ts";

/** Services, started by hand or by what is bound to them. */
export const services = [
  reads("Service", "ID!", "start", {
    doc: "Starts the service and keeps it running until it is stopped; gives its ID when its ports answer.",
    read: async (service, _args, session, self) => {
      await (await session.services.acquire(service)).running;
      return self.id;
    },
  }),
  reads("Service", "ID!", "sync", {
    doc: "As `start`.",
    read: async (service, _args, session, self) => {
      await (await session.services.acquire(service)).running;
      return self.id;
    },
  }),
  reads("Service", "ID!", "stop", {
    doc: "Stops the service.",
    args: { kill: flag("At once, without letting it finish.") },
    read: async (service, { kill }, session, self) => {
      await session.services.stop(await session.services.keyOf(service), kill ? "SIGKILL" : "SIGTERM");
      return self.id;
    },
  }),
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
  lists("Service", "Port", "ports", {
    doc: "The service's declared ports.",
    list: (service) => service.container.ports,
  }),
  reads("Port", "Int!", "port", { doc: "The port.", read: ({ port }) => port }),
  reads("Port", "NetworkProtocol!", "protocol", { doc: "The protocol.", read: ({ protocol }) => protocol }),
  reads("Port", "String", "description", { doc: "What it is for.", read: ({ description }) => description ?? null }),
  reads("Port", "Boolean!", "experimentalSkipHealthcheck", {
    doc: "Whether a service does not wait until it answers.",
    read: ({ experimentalSkipHealthcheck }) => experimentalSkipHealthcheck,
  }),
];
