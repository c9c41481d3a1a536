import { z } from "zod";
import { externalAnswer } from "../../../src/containers/external/answer.ts";
import { externalRequest } from "../../../src/containers/external/request.ts";
import { deployAnswer, deployRequest } from "../../../src/delivery/external.ts";
import { event } from "../../../src/report/messages/event.ts";
import type { SettingSchema } from "./settings.ts";

/** What editors know of all other tools; a schema that a file names replaces it. */
export const PYPROJECT = "https://json.schemastore.org/pyproject.json";

/** What makes the texts of the schemas that editors complete a configuration with, by their files. */
export const SCHEMA_FILES: Readonly<Record<string, (configuration: SettingSchema) => string>> = {
  "ml-pipeline.schema.json": fileSchema,
  "pyproject.schema.json": pyprojectSchema,
};

/** The same of files that only hold a project to something. */
export const POLICY_SCHEMA_FILE = "policy.schema.json";

/** What programs of the user's are asked and answer. */
export const EXTENDING_SCHEMA_FILE = "extending.schema.json";

/** Its text: a definition for each form. */
export function extendingSchema(): string {
  const forms = { request: externalRequest, answer: externalAnswer, event, deployRequest, deployAnswer };
  const definitions = Object.entries(forms).map(([name, form]) => {
    const { $schema: _draft, ...schema } = z.toJSONSchema(form, { target: "draft-7", io: "input" });
    return [name, schema];
  });
  return text({
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "What programs that extend ml-pipeline are asked and answer",
    definitions: Object.fromEntries(definitions),
  });
}

/** Of the whole of a project's ml-pipeline.toml. */
function fileSchema(configuration: SettingSchema): string {
  return text({ title: "ml-pipeline.toml", ...configuration });
}

/** Of pyproject.toml as editors know it, with [tool.ml-pipeline] in it. */
function pyprojectSchema({ $schema, ...configuration }: SettingSchema): string {
  const pipeline = { title: "[tool.ml-pipeline]", ...configuration };
  const tool = { type: "object", properties: { "ml-pipeline": pipeline } };
  return text({
    $schema,
    title: "pyproject.toml of a project that ml-pipeline runs",
    allOf: [{ $ref: PYPROJECT }, { type: "object", properties: { tool } }],
  });
}

const text = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;
