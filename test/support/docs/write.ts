import { writeFileSync } from "node:fs";
import { writeCiFiles } from "../ci-files.ts";
import { generatedBlocks } from "./blocks.ts";
import { PAGES, readPage, regenerated, repository } from "./pages.ts";
import { policySchema } from "./policy.ts";
import { EXTENDING_SCHEMA_FILE, extendingSchema, POLICY_SCHEMA_FILE, SCHEMA_FILES } from "./schemas.ts";
import { configurationSchema } from "./settings.ts";

/* `npm run docs`: writes what the documentation and `ci/` have from the source. */

const configuration = configurationSchema();
const blocks = generatedBlocks(configuration);
for (const page of PAGES) writeFileSync(`${repository}${page}`, regenerated(readPage(page), blocks));
for (const [file, schema] of Object.entries(SCHEMA_FILES)) writeFileSync(`${repository}${file}`, schema(configuration));
writeFileSync(`${repository}${POLICY_SCHEMA_FILE}`, policySchema(configuration));
writeFileSync(`${repository}${EXTENDING_SCHEMA_FILE}`, extendingSchema());
writeCiFiles();
