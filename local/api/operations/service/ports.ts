import { lists, reads } from "../define.ts";

export const servicePorts = [
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
