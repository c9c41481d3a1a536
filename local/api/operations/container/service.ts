import type { Container } from "../../../engine/values/container.ts";
import { expand, flag, noTexts, object, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { commandLine, refusePrivileges } from "./exec.ts";

export const containerServices = [
  makes("Container", "Service", "asService", {
    doc: "The container's command as a service that others reach by name.",
    args: {
      args: noTexts("The command; the default arguments when empty."),
      useEntrypoint: flag("Put the entrypoint before the command."),
      experimentalPrivilegedNesting: flag("Not available here."),
      insecureRootCapabilities: flag("Not available here."),
      expand,
      noInit: flag("Without effect: services have no init process here."),
    },
    apply: (container, given) => {
      refusePrivileges(given);
      return { container, args: serviceCommand(container, given) };
    },
  }),
  makes("Container", "Container", "withServiceBinding", {
    doc: "Lets commands reach a service by a name; it runs while they do.",
    args: { alias: text("The name."), service: object("Service", "The service.") },
    apply: (container, { alias, service }) => ({
      ...container,
      pristine: false,
      services: [...container.services.filter((other) => other.alias !== alias), { alias, service }],
    }),
  }),
];

/**
 * Gives the command of a service. Without arguments that is what its image would run, but default arguments that were
 * set later run without the entrypoint.
 */
function serviceCommand(container: Container, given: Parameters<typeof commandLine>[1]): readonly string[] {
  const asImage = given.args.length === 0 && !container.replacedArgs;
  return commandLine(container, { ...given, useEntrypoint: given.useEntrypoint || asImage });
}
