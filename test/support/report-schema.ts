import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  AnyType,
  type CompletedConfig,
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  DefinitionType,
  SchemaGenerator,
  type SubNodeParser,
} from "ts-json-schema-generator";
import ts from "typescript";
import { z } from "zod";
import { configSchema } from "../../src/context/schema.ts";

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

export const SCHEMA_FILE = path("report.schema.json");

const CONFIG: CompletedConfig = {
  ...DEFAULT_CONFIG,
  path: path("src/report/report.ts"),
  tsconfig: path("tsconfig.json"),
  type: "Report",
  topRef: false,
  jsDoc: "extended",
  // `npm run check` does that.
  skipTypeCheck: true,
};

/** The project's configuration is a zod schema, whose type only TypeScript itself can tell: zod writes that part. */
const configuration: SubNodeParser = {
  supportsNode: (node) => ts.isTypeReferenceNode(node) && node.typeName.getText() === "Config",
  createType: () => new DefinitionType("Config", new AnyType()),
};

/** The text of `report.schema.json`: the JSON Schema of `Report`, whose docstrings are its descriptions. */
export function reportSchema(): string {
  const program = createProgram(CONFIG);
  const parser = createParser(program, CONFIG, (chain) => void chain.addNodeParser(configuration));
  const schema = new SchemaGenerator(program, parser, createFormatter(CONFIG), CONFIG).createSchema("Report");
  const { $schema: _draft, ...config } = z.toJSONSchema(configSchema, { target: "draft-7" });
  const definitions = Object.entries({ ...schema.definitions, Config: config }).sort(([a], [b]) => (a < b ? -1 : 1));
  const titled = { title: "report.json of ml-pipeline", ...schema, definitions: Object.fromEntries(definitions) };
  return `${JSON.stringify(titled, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(SCHEMA_FILE, reportSchema());
