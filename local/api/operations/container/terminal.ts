import { Lazy } from "../../../base/lazy.ts";
import { openTerminal } from "../../../engine/exec/terminal.ts";
import { flag, noTexts, texts } from "../arguments.ts";
import { makes } from "../define.ts";
import { refusePrivileges } from "./exec.ts";

const privileges = {
  experimentalPrivilegedNesting: flag("Not available here."),
  insecureRootCapabilities: flag("Not available here."),
};

export const terminals = [
  makes("Container", "Container", "withDefaultTerminalCmd", {
    doc: "Sets the program that `terminal` opens.",
    args: { args: texts("The program and its arguments."), ...privileges },
    apply: (container, { args, ...given }) => {
      refusePrivileges(given);
      return { ...container, terminalCommand: args };
    },
  }),
  makes("Container", "Container", "terminal", {
    doc: "Opens a program in the container on the terminal of the caller, when something asks for what this gives: the same container.",
    args: { cmd: noTexts("The program; that of withDefaultTerminalCmd, or sh, when empty."), ...privileges },
    shared: () => false,
    apply: (container, { cmd, ...given }, session) => {
      refusePrivileges(given);
      const args = cmd.length > 0 ? cmd : container.terminalCommand;
      const opened = new Lazy(() => openTerminal(session, container, args.length > 0 ? args : ["sh"]));
      return {
        ...container,
        root: new Lazy(async () => {
          await opened.get();
          return container.root.get();
        }),
      };
    },
  }),
];
