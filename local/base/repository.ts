import { fileURLToPath } from "node:url";

/** Where ml-pipeline itself is: the module that is called when no other is named. */
export const repository = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");
