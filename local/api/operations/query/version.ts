import { reads } from "../define.ts";

/** The version of Dagger's API that these operations follow. */
export const apiVersion = "v0.21.8";

export const version = reads("Query", "String!", "version", {
  doc: "The version of the API.",
  read: () => apiVersion,
});
