import { z } from "zod";
import { name } from "../../config/forms.ts";
import { stricter } from "../../config/stricter.ts";
import { MEASURING_PORTS, PORT } from "../contract.ts";
import { answerSteps } from "./answer-path.ts";
import { SHAPE_NAMES, templateProblem } from "./template.ts";

/* How a project's server is asked, where it is not as the convention has it: `[tool.ml-pipeline.serve]`. */

/** Letters that need no quoting wherever a path is written: in a URL, and in the image's health check. */
const path = z.string().regex(/^\/[\w\-.~:@!$&()*+,;=%/?]*$/, 'expected a path of the server such as "/invocations"');

/** A path whose query may have values of the row: `/predict?text={row.text}`. */
const route = z
  .string()
  .regex(
    /^\/[\w\-.~:@!$&()*+,;=%/?]*(\{row\.[^{}"]+\}[\w\-.~:@!$&()*+,;=%/?]*)*$/,
    'expected a path of the server such as "/predict", or with values of the row such as "/predict?text={row.text}"',
  );

const reserved: readonly number[] = Object.values(MEASURING_PORTS);

const template = name.superRefine((text, context) => {
  const problem = templateProblem(text);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

export const serveSettings = z.strictObject({
  /** The port that the server listens on in the image. `$PORT` and `{port}` of `commands.serve` say it to the server. */
  port: z
    .int()
    .min(1)
    .max(65_535)
    .refine((port) => !reserved.includes(port), "the pipeline needs this port itself while it measures")
    .default(PORT),
  /** Where it answers `GET` with 200 once it can predict; `false` where it has no such path, and is ready when it answers anything. */
  health: z
    .union([path, z.literal(false)], { error: 'expected a path of the server such as "/health", or false' })
    .default("/health"),
  /** How long it may take until then, in seconds. */
  "ready-seconds": stricter("lower", z.number().positive()).default(60),
  /** Where it takes requests, by `POST`; values of a row that it reads of the query are in braces: `/predict?text={row.text}`. */
  route: route.default("/predict"),
  /** The body of a request: the name of a shape, or JSON in which names in braces stand for rows. */
  request: z.union([z.enum(SHAPE_NAMES), template]).default("instances"),
  /**
   * Where predictions are in an answer: a key (`predictions`), a path (`result.label`, `outputs[0].data`, `[].label`), or `.` for all of it.
   * When absent `predictions`, or all of the answer to a request of one row.
   */
  answer: z
    .string()
    .refine((text) => answerSteps(text) !== undefined, 'expected a key or a path such as "result.label"')
    .optional(),
  /** The field of a form that a file is sent in, where `request` is `multipart`. */
  "file-field": name.default("file"),
  /**
   * Where the rows of requests come from: `data`, a file of the project with one of them in each line, as JSON, or tables of the data, as
   * a glob pattern, or other files of the data such as images (`test/*.png`), each a row with its name (`file`) and its `content` in base64. When absent `tests/shadow/requests.jsonl` if the project has it, and otherwise the data.
   */
  requests: name.optional(),
});
export type ServeSettings = z.output<typeof serveSettings>;
