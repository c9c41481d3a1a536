import { z } from "zod";
import { answerSteps } from "./answer-path.ts";
import { type ServeSettings, serveSettings } from "./settings.ts";
import { BODY_KINDS, bodyKindOf, hasOneRow, SHAPES, type Shape } from "./template.ts";

/**
 * How a served model is asked, for everything that asks one. The image carries it as a label, so that one in production is asked in
 * its own way; `serving_protocol.py` shapes requests and reads answers by it.
 */
export const protocolSchema = z.object({
  port: z.number(),
  /** Null for a server that has no path for that. */
  health: z.string().nullable(),
  readySeconds: z.number(),
  route: z.string(),
  /** The body of a request, as JSON in which names in braces stand for rows. */
  template: z.string(),
  /** How that body is written. */
  kind: z.enum(BODY_KINDS).default("json"),
  /** The field of a form that a file is sent in. */
  fileField: z.string().default("file"),
  /** Whether a request has one row alone. */
  single: z.boolean(),
  /** The way to the predictions in an answer. */
  answer: z.array(z.union([z.string(), z.number(), z.null()])),
});
export type Protocol = Readonly<z.output<typeof protocolSchema>>;

const isShape = (request: string): request is Shape => Object.hasOwn(SHAPES, request);

/** What settings, which were validated, say of a server. */
export function protocolOf(settings: ServeSettings): Protocol {
  const { port, health, route, request, answer, "ready-seconds": readySeconds, "file-field": fileField } = settings;
  const inRoute = hasOneRow(route);
  // What is in the route is not in the body as well, unless the settings say so.
  const shape = isShape(request) ? SHAPES[request] : request;
  const template = inRoute && request === "instances" ? "{}" : shape;
  const single = inRoute || hasOneRow(template);
  return {
    ...{
      port,
      health: health === false ? null : health,
      readySeconds,
      route,
      template,
      kind: bodyKindOf(request),
      fileField,
      single,
    },
    answer: [...(answerSteps(answer ?? (single ? "." : "predictions")) ?? [])],
  };
}

/** How a server of the convention is asked. */
export const CONVENTIONAL_PROTOCOL: Protocol = protocolOf(serveSettings.parse({}));

/** Whether two servers are asked alike. */
export const sameProtocol = (one: Protocol, other: Protocol): boolean => JSON.stringify(one) === JSON.stringify(other);
