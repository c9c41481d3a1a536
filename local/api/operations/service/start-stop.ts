import { flag } from "../arguments.ts";
import { reads } from "../define.ts";

/** Starts and stops services by hand. Commands that are bound to a service do both by themselves. */
export const serviceControls = [
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
];
