import { z } from "zod";
import { stricter } from "../config/stricter.ts";
import { trackingUrl, URL_FORM } from "./address.ts";

/** The names that a registry of MLflow has models by. */
const modelName = z
  .string()
  .regex(
    /^[^/:%"'\s](?:[^/:%"'\n]*[^/:%"'\s])?$/,
    "expected the name of a model: no slash, colon, percent sign or quotation mark",
  );

const alias = z
  .string()
  .regex(
    /^(?!v\d+$)(?!latest$)[\w.-]{1,255}$/i,
    "expected an alias: letters, digits, - _ and ., and neither latest nor a version such as v1",
  );

const aliasesTable = z
  .strictObject({
    /** What stands at the newest model, before its gates decide. */
    challenger: alias.default("challenger"),
    /** What stands at the accepted model. */
    champion: alias.default("champion"),
  })
  .refine(({ challenger, champion }) => challenger !== champion, "challenger and champion must be two names");

/** Where runs are logged. */
export const trackingSettings = z.strictObject({
  /** The address of an MLflow server. `--tracking` before the function takes its place. */
  url: z
    .string()
    .refine((url) => trackingUrl(url) !== undefined, URL_FORM)
    .optional(),
  /** The experiment that runs are logged in; it is made where there is none. The project's name when absent. */
  experiment: z.string().min(1).max(500).optional(),
  /** The name that models are registered by. The project's name when absent. */
  model: modelName.optional(),
  /** The names of the aliases that the pipeline moves. */
  aliases: aliasesTable.prefault({}),
  /**
   * When `champion` moves to a model that passed: once it was deployed or stored as the call asks (`delivered`), or at once where the
   * call asks for neither (`passed`).
   */
  promote: z.enum(["delivered", "passed"]).default("delivered"),
  /** Whether a run fails that cannot be logged: nothing is judged then, and so nothing published. Otherwise it only warns. */
  required: stricter("true", z.boolean()).default(false),
});
export type TrackingSettings = z.output<typeof trackingSettings>;
