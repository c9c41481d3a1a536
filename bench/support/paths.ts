import { join, resolve } from "node:path";

export const repository = resolve(import.meta.dirname, "../..");
export const program = join(repository, "bin/ml-pipeline");
export const example = join(repository, "examples/census");
