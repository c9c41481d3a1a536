import { isEither, isNumber, isObjectOf, isOneOf, isText } from "./guards.ts";

/**
 * The engine reports its work to the command line as one JSON object a line on file descriptor 3. Only the command line
 * writes to the terminal.
 */
export type EngineEvent =
  /** The session can be used now. This event comes first. */
  | { readonly type: "ready"; readonly port: number; readonly token: string }
  /** A person should know this, for example that a registry does not answer. */
  | { readonly type: "notice"; readonly text: string }
  /** A result of a shared cache turned out to be gone when it was needed. It is made the next time. */
  | { readonly type: "lost" }
  /** Something was done outside of the engine, which an answer of before would not do. */
  | { readonly type: "effect" }
  /**
   * An operation that takes time began: an exec, a pull, a copy, a push or a service. `span` is the caller's span, if
   * it sent one.
   */
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
      /** `cached` means that nothing ran: the answer came from the cache. */
      readonly outcome: "done" | "cached" | "failed";
      readonly error?: string;
    };

type EventOf<Type extends EngineEvent["type"]> = Extract<EngineEvent, { type: Type }>;

export const isEngineEvent = isEither<
  [
    EventOf<"ready">,
    EventOf<"notice">,
    EventOf<"lost">,
    EventOf<"effect">,
    EventOf<"started">,
    EventOf<"output">,
    EventOf<"finished">,
  ]
>(
  isObjectOf<EventOf<"ready">>({ type: isOneOf("ready"), port: isNumber, token: isText }),
  isObjectOf<EventOf<"notice">>({ type: isOneOf("notice"), text: isText }),
  isObjectOf<EventOf<"lost">>({ type: isOneOf("lost") }),
  isObjectOf<EventOf<"effect">>({ type: isOneOf("effect") }),
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
