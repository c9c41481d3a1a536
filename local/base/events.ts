import { isEither, isNumber, isObjectOf, isOneOf, isText } from "./guards.ts";

/**
 * What the engine tells the command line while it works: one JSON object a line on file descriptor 3.
 * The command line draws them; the engine never writes to the terminal itself.
 */
export type EngineEvent =
  /** First line: the session is ready to be used. */
  | { readonly type: "ready"; readonly port: number; readonly token: string }
  /** Something a person should know: a base image made from Debian's packages, a registry that does not answer. */
  | { readonly type: "notice"; readonly text: string }
  /** An operation that takes time began (exec, image pull, copy, push, service). `span` is the caller's span, if it sent one. */
  | {
      readonly type: "started";
      readonly id: string;
      readonly title: string;
      readonly span?: string;
      readonly at: number;
    }
  | { readonly type: "output"; readonly id: string; readonly stream: "stdout" | "stderr"; readonly text: string }
  | {
      readonly type: "finished";
      readonly id: string;
      readonly at: number;
      /** `cached`: answered from the cache, nothing ran. */
      readonly outcome: "done" | "cached" | "failed";
      readonly error?: string;
    };

type EventOf<Type extends EngineEvent["type"]> = Extract<EngineEvent, { type: Type }>;

/** Whether a line of the engine is an event. */
export const isEngineEvent = isEither<
  [EventOf<"ready">, EventOf<"notice">, EventOf<"started">, EventOf<"output">, EventOf<"finished">]
>(
  isObjectOf<EventOf<"ready">>({ type: isOneOf("ready"), port: isNumber, token: isText }),
  isObjectOf<EventOf<"notice">>({ type: isOneOf("notice"), text: isText }),
  isObjectOf<EventOf<"started">>({ type: isOneOf("started"), id: isText, title: isText, span: isText, at: isNumber }, [
    "span",
  ]),
  isObjectOf<EventOf<"output">>({
    type: isOneOf("output"),
    id: isText,
    stream: isOneOf("stdout", "stderr"),
    text: isText,
  }),
  isObjectOf<EventOf<"finished">>(
    {
      type: isOneOf("finished"),
      id: isText,
      at: isNumber,
      outcome: isOneOf("done", "cached", "failed"),
      error: isText,
    },
    ["error"],
  ),
);
