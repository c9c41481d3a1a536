import { fileURLToPath } from "node:url";
import { prebuilt } from "./prebuilt.ts";

/** Where ml-pipeline itself is: a clone of its repository, or its npm package. */
export const repository = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** The module that is called when no other is named. */
export const ownModule = prebuilt?.module ?? repository;
